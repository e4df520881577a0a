"""A net of torchvision's with random weights, running statistics included, and what it gives for a random picture.
usage: torchvision_reference.py NAME FOLDER    writes FOLDER/weights.safetensors and FOLDER/golden.safetensors"""
import json, struct, sys
import torch, torchvision


def write_safetensors(file, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


name, folder = sys.argv[1:]
torch.manual_seed(20)
net = getattr(torchvision.models, name)()
for key, tensor in net.state_dict().items():
    if key.endswith("running_mean"):
        tensor.normal_(0, 0.1)
    elif key.endswith("running_var"):
        tensor.uniform_(0.5, 1.5)
    elif tensor.dim() == 1 and key.endswith("weight"):
        tensor.uniform_(0.5, 1.5)
    elif key.endswith("bias"):
        tensor.normal_(0, 0.1)
net.eval()
features = []
# Not every net has its pooling as a module.
last = net.avgpool if hasattr(net, "avgpool") else net.features
last.register_forward_hook(lambda module, given, got: features.append(got.mean((2, 3))))
picture = torch.randn(2, 3, 96, 64)
with torch.no_grad():
    scores = net(picture)
write_safetensors(f"{folder}/weights.safetensors", {k: t for k, t in net.state_dict().items() if t.is_floating_point()})
write_safetensors(f"{folder}/golden.safetensors", {"picture": picture, "scores": scores, "features": features[0]})
