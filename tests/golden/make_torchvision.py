#!/usr/bin/env python3
"""Makes torchvision.safetensors beside this file: what torchvision's own nets give for weights that a rule makes.

Debian's python3-torchvision does. The rule (see made()) and the input are whole numbers scaled by powers of two, so that
tests/nets/torchvision_golden.cpp makes the same ones to the last bit, without Python.
"""
import json, os, struct
import numpy as np
import torch, torchvision

torch.set_num_threads(1)
# Each net's gain: what its weights are scaled by, so that the picture, and not the biases alone, makes the scores. Gates of
# squeeze-and-excitation take half of it away at each block.
NETS = {"resnet18": 24, "resnet34": 24, "resnet50": 24, "resnet101": 24, "mobilenet_v2": 24, "mobilenet_v3_small": 48,
        "mobilenet_v3_large": 48, "efficientnet_b0": 48}


def made(name, shape, gain):
    """-1/2 to 1/2, by the name's FNV-1a sum and each element's place, mixed (Murmur3's finaliser)."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 & 0xFFFFFFFF
    x = (np.arange(int(np.prod(shape)), dtype=np.uint64) + seed) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor) & np.uint64(0xFFFFFFFF)
    x = x ^ (x >> np.uint64(16))
    values = (x >> np.uint64(16)).astype("f4") / 65536 - np.float32(0.5)
    if name.endswith("running_var") or (len(shape) == 1 and name.endswith("weight")):
        return values + 1
    if len(shape) == 1:
        return values / 8
    step = 2.0  # a power of two near the square root of the gain over the inputs of an output
    while step * step * np.prod(shape[1:]) > gain:
        step /= 2
    return values * np.float32(step)


def pattern(side):
    y, x = np.mgrid[0:side, 0:side]
    plane = lambda c: (17 * x + 29 * y + 71 * c + 3 * x * y) % 256
    return torch.from_numpy(np.stack([plane(c) for c in range(3)])[None].astype("f4") / 128 - 1)


header, data = {}, b""
for name, gain in NETS.items():
    net = getattr(torchvision.models, name)(num_classes=7).eval()
    with torch.no_grad():
        for key, tensor in net.state_dict().items():
            if tensor.is_floating_point():
                tensor.copy_(torch.from_numpy(made(key, tuple(tensor.shape), gain).reshape(tuple(tensor.shape))))
        scores = net(pattern(64)).numpy().astype("<f4")
        assert np.abs(net(pattern(64).flip(3)).numpy() - scores).max() > 0.05 * np.abs(scores).max(), "it does not look"
    print(name, scores)
    raw = scores.tobytes()
    header[name] = {"dtype": "F32", "shape": list(scores.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(os.path.dirname(os.path.abspath(__file__)) + "/torchvision.safetensors", "wb") as out:
    out.write(struct.pack("<Q", len(text)) + text + data)
