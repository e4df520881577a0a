#!/usr/bin/env python3
"""Makes the golden outputs beside this file from the packages and mirror files, by plain PyTorch, layer by layer.

Debian's python3-torch and python3-numpy do. usage: make.py <npm folder> <mirror folder>
The input of every net is the same pattern of whole numbers (see pattern()), which the tests make again.
"""
import base64, json, os, struct, subprocess, sys
import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
NPM, MIRROR = sys.argv[1], sys.argv[2]
HERE = os.path.dirname(os.path.abspath(__file__))


def pattern(height, width):
    """[1, 3, height, width] in 0..255: (17 x + 29 y + 71 c + 3 x y) mod 256."""
    y, x = np.mgrid[0:height, 0:width]
    return torch.from_numpy(np.stack([(17 * x + 29 * y + 71 * c + 3 * x * y) % 256 for c in range(3)])[None].astype("f4"))


def save(name, tensors):
    header, data, at = {}, b"", 0
    for key, value in tensors.items():
        raw = np.ascontiguousarray(value.numpy().astype("<f4")).tobytes()
        header[key] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + len(raw)]}
        data, at = data + raw, at + len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{HERE}/{name}.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)
    print(name, {k: tuple(v.shape) for k, v in tensors.items()})


def safetensors(file):
    raw = open(file, "rb").read()
    length = struct.unpack("<Q", raw[:8])[0]
    tensors = {}
    for name, entry in json.loads(raw[8:8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            kind = {"F32": "<f4", "F16": "<f2"}[entry["dtype"]]
            values = np.frombuffer(raw[8 + length + begin:8 + length + end], kind).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(values.astype("f4"))
    return tensors


def tfjs_tensors(manifest, shards):
    tensors, at = {}, 0
    for group in manifest:
        for weight in group["weights"]:
            count = int(np.prod(weight["shape"]))
            quantised = weight.get("quantization")
            kind = quantised["dtype"] if quantised else weight["dtype"]
            kind = np.dtype({"uint8": "u1", "uint16": "<u2", "float16": "<f2", "float32": "<f4", "int32": "<i4"}[kind])
            values = np.frombuffer(shards, kind, count, at)
            at += count * kind.itemsize
            if quantised and quantised["dtype"] != "float16":
                values = values.astype("f4") * np.float32(quantised["scale"]) + np.float32(quantised["min"])
            if weight["dtype"] == "float32":
                values = values.astype("f4")
            tensors[weight["name"]] = torch.from_numpy(values.reshape(weight["shape"]).copy())
    return tensors


def read_tfjs(file):
    model = json.load(open(file))
    manifest = model if isinstance(model, list) else model["weightsManifest"]
    folder = os.path.dirname(file)
    shards = b"".join(open(f"{folder}/{path}", "rb").read() for group in manifest for path in group["paths"])
    return tfjs_tensors(manifest, shards), model


def same(x, kernel, stride, value=0.0):
    """TensorFlow's padding "SAME"."""
    pads = []
    for size, k in ((x.shape[3], kernel[1]), (x.shape[2], kernel[0])):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


def conv(x, weight, bias=None, stride=1, groups=1):
    return F.conv2d(same(x, weight.shape[2:], stride), weight, bias, stride, 0, 1, groups)


def of_tf(weight, depthwise=False):
    return weight.permute(2, 3, 0, 1) if depthwise else weight.permute(3, 2, 0, 1)


class Graph:
    """Runs a TensorFlow.js graph, node by node, in NCHW."""

    def __init__(self, file):
        self.weights, model = read_tfjs(file)
        self.nodes = {node["name"]: node for node in model["modelTopology"]["node"]}
        self.values = {}

    def attribute(self, node, name):
        entry = node.get("attr", {}).get(name, {})
        if "list" in entry:
            items = entry["list"]
            return [int(i) for i in items.get("i", [])] or [base64.b64decode(s).decode() for s in items.get("s", [])]
        return next(iter(entry.values()), None)

    def __call__(self, name):
        if name not in self.values:
            self.values[name] = self.compute(self.nodes[name])
        return self.values[name]

    def compute(self, node):
        kind = node["op"]
        if kind == "Const":
            value = self.weights[node["name"]]
            # The package rounds the 1/6 of its activations to half precision; the net was trained with 1/6.
            return torch.tensor(1 / 6) if value.dim() == 0 and abs(float(value) - 1 / 6) < 1e-4 else value
        inputs = [self(i) for i in node["input"]]
        if "Conv2" in kind or "Conv2d" in kind:
            depthwise = "epthwise" in kind
            stride = self.attribute(node, "strides")[1]
            x = conv(inputs[0], of_tf(inputs[1], depthwise), None, stride, inputs[0].shape[1] if depthwise else 1)
            for fused in self.attribute(node, "fused_ops") or []:
                x = x + inputs[2].view(1, -1, 1, 1) if fused == "BiasAdd" else {"Relu": F.relu}[fused](x)
            return x
        if kind == "ResizeBilinear":  # neither aligned corners nor half-pixel centres
            x = inputs[0]
            height, width = (2 * side for side in x.shape[2:])
            last = lambda side: torch.arange(2 * side) / 2
            rows, columns = last(x.shape[2]), last(x.shape[3])
            top, left = rows.floor().long(), columns.floor().long()
            bottom, right = (top + 1).clamp(max=x.shape[2] - 1), (left + 1).clamp(max=x.shape[3] - 1)
            dy, dx = (rows - top).view(-1, 1), columns - left
            at = lambda r, c: x[:, :, r][:, :, :, c]
            return (at(top, left) * (1 - dy) * (1 - dx) + at(top, right) * (1 - dy) * dx + at(bottom, left) * dy * (1 - dx) +
                    at(bottom, right) * dy * dx)
        simple = {"Add": lambda a, b: a + b, "Mul": lambda a, b: a * b, "Relu": F.relu, "Sigmoid": torch.sigmoid,
                  "Relu6": lambda a: a.clamp(0, 6), "Identity": lambda a: a, "ConcatV2": lambda a, b, axis: torch.cat([a, b], 1),
                  "Mean": lambda a, axes: a.mean((2, 3), keepdim=True)}
        return simple[kind](*inputs)


def centernet():
    graph = Graph(f"{NPM}/vladmandic-human-3.3.6/models/centernet.json")
    graph.values["tower_0/images"] = pattern(128, 128)
    trunk = "tower_0/MobilenetV3/expanded_conv_"
    maps = ["8/depthwise/hard_swish/mul_1"] + [f"{block}/squeeze_excite/mul" for block in (11, 12, 14)]
    features = [graph(trunk + name).mean((2, 3)) for name in maps] + [graph("tower_0/extern1/hard_swish/mul_1").mean((2, 3))]
    save("centernet", {"heat": graph("tower_0/CenternetHead/centernet_cls_output/BiasAdd")[:, :4],
                       "distances": graph("tower_0/wh"), "features": torch.cat(features, 1)})


def nsfwjs():
    folder = f"{NPM}/nsfwjs-4.3.0/dist/models/mobilenet_v2"
    script = ("const m=require(process.argv[1]+'/model.min.js');"
              "process.stdout.write(JSON.stringify([m.weightsManifest,require(process.argv[1]+'/group1-shard1of1.min.js')]))")
    manifest, shard = json.loads(subprocess.run(["node", "-e", script, folder], capture_output=True, check=True).stdout)
    w = tfjs_tensors(manifest, base64.b64decode(shard))

    def unit(x, layer, norm, stride=1, relu=True, depthwise=False):
        weight = of_tf(w[layer + ("/depthwise_kernel" if depthwise else "/kernel")], depthwise)
        x = conv(x, weight, None, stride, x.shape[1] if depthwise else 1)
        parts = [w[f"{norm}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")]
        x = F.batch_norm(x, *parts, False, 0, 1e-3)
        return x.clamp(0, 6) if relu else x

    x = unit(pattern(224, 224) / 255, "Conv1", "bn_Conv1", 2)
    for block in range(17):
        name = f"block_{block}" if block else "expanded_conv"
        y = unit(x, name + "_expand", name + "_expand_BN") if block else x
        y = unit(y, name + "_depthwise", name + "_depthwise_BN", 2 if block in (1, 3, 6, 13) else 1, True, True)
        y = unit(y, name + "_project", name + "_project_BN", 1, False)
        x = x + y if x.shape == y.shape else y
    x = unit(x, "Conv_1", "Conv_1_bn").mean((2, 3))
    for layer in ("dense_1", "dense_2", "dense_3"):
        x = x @ w[layer + "/kernel"] + w[layer + "/bias"]
        x = x if layer == "dense_3" else F.relu(x)
    save("nsfwjs", {"logits": x})


def imagenet():
    w = safetensors(f"{MIRROR}/mobilenet-v2-imagenet.safetensors")

    def unit(x, name, stride=1, relu=True, groups=1):
        x = conv(x, w[name + ".weight"], w[name + ".bias"], stride, groups)
        return x.clamp(0, 6) if relu else x

    x, features = unit((pattern(224, 224) - 127.5) / 127.5, "Conv", 2), []
    for block in range(17):
        name = f"expanded_conv_{block}" if block else "expanded_conv"
        y = unit(x, name + ".expand") if block else x
        y = unit(y, name + ".depthwise", 2 if block in (1, 3, 6, 13) else 1, True, y.shape[1])
        if block in (10, 12, 14, 16):
            features.append(y.mean((2, 3)))
        y = unit(y, name + ".project", 1, False)
        x = x + y if x.shape == y.shape else y
    x = unit(x, "Conv_1").mean((2, 3), keepdim=True)
    x = unit(x, "Logits.Conv2d_1c_1x1", 1, False).flatten(1)
    save("mobilenet-v2-imagenet", {"logits": x[:, 1:], "features": torch.cat(features, 1)})


def age_gender():
    w, _ = read_tfjs(f"{NPM}/vladmandic-face-api-1.7.15/model/age_gender_model-weights_manifest.json")

    def separable(x, name):
        x = conv(x, of_tf(w[name + "/depthwise_filter"], True), None, 1, x.shape[1])
        return conv(x, of_tf(w[name + "/pointwise_filter"]), w[name + "/bias"])

    def reduction(x, name, relu=True):
        y = separable(F.relu(x) if relu else x, name + "/separable_conv0")
        y = separable(F.relu(y), name + "/separable_conv1")
        y = F.max_pool2d(same(y, (3, 3), 2, -1e30), 3, 2)
        return y + conv(x, of_tf(w[name + "/expansion_conv/filters"]), w[name + "/expansion_conv/bias"], 2)

    x = (pattern(112, 112) - torch.tensor([122.782, 117.001, 104.298]).view(1, 3, 1, 1)) / 255
    x = F.relu(conv(x, of_tf(w["entry_flow/conv_in/filters"]), w["entry_flow/conv_in/bias"], 2))
    x = reduction(reduction(x, "entry_flow/reduction_block_0", False), "entry_flow/reduction_block_1")
    for block in range(2):
        y = x
        for part in range(3):
            y = separable(F.relu(y), f"middle_flow/main_block_{block}/separable_conv{part}")
        x = x + y
    x = F.relu(separable(reduction(x, "exit_flow/reduction_block"), "exit_flow/separable_conv"))
    x = F.avg_pool2d(x, 7, 2).flatten(1)
    save("age-gender", {"age": x @ w["fc/age/weights"] + w["fc/age/bias"],
                        "gender": x @ w["fc/gender/weights"] + w["fc/gender/bias"]})


def mobilenet_v1(w, x):
    relu6 = lambda y: y.clamp(0, 6)
    maps = []
    x = relu6(conv(x, w["Conv2d_0.weight"], w["Conv2d_0.bias"], 2))
    for block in range(1, 14):
        for part in ("depthwise", "pointwise"):
            name = f"Conv2d_{block}_{part}"
            stride = 2 if part == "depthwise" and block in (2, 4, 6, 12) else 1
            x = relu6(conv(x, w[name + ".weight"], w[name + ".bias"], stride, x.shape[1] if part == "depthwise" else 1))
        maps.append(x)
    return maps


def mirror():
    w = safetensors(f"{MIRROR}/mobilenet-v1-025-imagenet.safetensors")
    x = mobilenet_v1(w, (pattern(224, 224) - 127.5) / 127.5)[-1].mean((2, 3), keepdim=True)
    name = "Logits.Conv2d_1c_1x1"
    tensors = {"mobilenet-v1": conv(x, w[name + ".weight"], w[name + ".bias"]).flatten(1)[:, 1:]}

    w = safetensors(f"{MIRROR}/tiny-darknet-imagenet.safetensors")
    x = pattern(224, 224) / 255
    for layer in range(1, 16):
        x = conv(x, w[f"conv2d_{layer}.kernel"])
        parts = [w[f"batch_normalization_{layer}.{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")]
        x = F.leaky_relu(F.batch_norm(x, *parts, False, 0, 1e-3), 0.1)
        if layer in (1, 2, 6, 10):
            x = F.max_pool2d(x, 2, 2)
    tensors["tiny-darknet"] = conv(x, w["conv2d_16.kernel"], w["conv2d_16.bias"]).mean((2, 3))

    w = safetensors(f"{MIRROR}/ssd-mobilenet-v1-coco.safetensors")
    maps = mobilenet_v1(w, (pattern(300, 300) - 127.5) / 127.5)
    maps = [maps[10], maps[12]]
    for number, (narrow, out) in enumerate(((192, 384), (96, 192), (96, 192), (48, 96)), 2):
        x = maps[-1]
        for name, stride in ((f"1_Conv2d_{number}_1x1_{narrow}", 1), (f"2_Conv2d_{number}_3x3_s2_{out}", 2)):
            name = "Conv2d_13_pointwise_" + name
            x = conv(x, w[name + ".weight"], w[name + ".bias"], stride).clamp(0, 6)
        maps.append(x)
    heads = {"BoxEncodingPredictor": 4, "ClassPredictor": 91}
    code, scores = [torch.cat([conv(x, w[f"BoxPredictor_{i}.{head}.weight"], w[f"BoxPredictor_{i}.{head}.bias"])
                               .permute(0, 2, 3, 1).reshape(1, -1, length) for i, x in enumerate(maps)], 1)
                    for head, length in heads.items()]
    a = w["anchors"]
    y, x = code[..., 0] / 10 * a[:, 2] + a[:, 0], code[..., 1] / 10 * a[:, 3] + a[:, 1]
    h, w = (code[..., 2] / 5).exp() * a[:, 2], (code[..., 3] / 5).exp() * a[:, 3]
    tensors["ssd boxes"] = torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], 2)
    tensors["ssd scores"] = scores[..., :4].contiguous()
    save("mirror", tensors)


with torch.no_grad():
    for make in [globals()[name] for name in sys.argv[3:]] or [centernet, nsfwjs, imagenet, age_gender, mirror]:
        make()
