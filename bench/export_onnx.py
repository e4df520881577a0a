"""Nets of torchvision's with random weights as safetensors, and as ONNX files for batches of 1 and 16.
usage: export_onnx.py FOLDER"""
import json, struct, sys
import torch, torchvision

folder = sys.argv[1]
for name in "mobilenet_v2", "mobilenet_v3_small", "resnet18":
    torch.manual_seed(20)
    net = getattr(torchvision.models, name)()
    for key, tensor in net.state_dict().items():
        if key.endswith("running_mean"):
            tensor.normal_(0, 0.1)
        elif key.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        elif key.endswith("bias"):
            # Equal zeros would be written once and repeated by Identity nodes, which OpenCV 4.6 does not read.
            tensor.normal_(0, 0.1)
    net.eval()
    header, data = {}, b""
    for key, tensor in net.state_dict().items():
        if tensor.is_floating_point():
            raw = tensor.contiguous().numpy().tobytes()
            header[key] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
            data += raw
    text = json.dumps(header).encode()
    with open(f"{folder}/{name}.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)
    for batch in 1, 16:
        # OpenCV 4.6 reads no newer operator set.
        torch.onnx.export(net, torch.zeros(batch, 3, 224, 224), f"{folder}/{name}-{batch}.onnx", opset_version=10,
                          input_names=["input"], output_names=["output"])
