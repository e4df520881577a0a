#!/usr/bin/env python3
"""Writes files of torch.save() into a folder, and beside each the same tensors, row-major, as safetensors.

usage: make_pth.py <folder>     The files in golden/ were made by this.
"""
import collections
import json
import pathlib
import struct
import sys

import torch

folder = pathlib.Path(sys.argv[1])
NAMES = {torch.bool: "BOOL", torch.uint8: "U8", torch.int8: "I8", torch.int16: "I16", torch.int32: "I32", torch.int64: "I64",
         torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32", torch.float64: "F64"}


def raw(tensor):
    tensor = tensor.detach().contiguous().clone()
    return bytes(tensor.storage().untyped()) if hasattr(tensor.storage(), "untyped") else bytes(tensor.untyped_storage())


def write_expected(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        content = raw(tensor) if tensor.numel() else b""
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def make(name, saved, tensors, **how):
    torch.save(saved, folder / f"{name}.pth", **how)
    write_expected(folder / f"{name}.safetensors", tensors)


torch.manual_seed(7)
plain = {"conv.weight": torch.randn(4, 3, 2, 2), "conv.bias": torch.randn(4), "steps": torch.tensor(17)}
whole = torch.arange(24, dtype=torch.float32).reshape(4, 6)
odd = {"transposed": whole.t(), "column": whole[:, 2], "part": whole[1:3, 2:5], "whole": whole, "row": whole[2],
       "last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last), "wide": torch.ones(1).expand(3, 2),
       "none": torch.zeros(0, 3), "scalar": torch.tensor(2.5)}
types = {str(t).split(".")[1]: (torch.arange(-3, 4).to(t) if t != torch.uint8 else torch.arange(7).to(t)) for t in NAMES}
module = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.BatchNorm2d(2))

make("dict", plain, plain)
make("old", plain, plain, _use_new_zipfile_serialization=False)
make("ordered", module.state_dict(), module.state_dict())
make("ordered-old", module.state_dict(), module.state_dict(), _use_new_zipfile_serialization=False)
make("odd", odd, odd)
make("odd-old", odd, odd, _use_new_zipfile_serialization=False)
make("types", types, types)
make("types-old", types, types, _use_new_zipfile_serialization=False)
make("checkpoint", {"epoch": 5, "lr": 0.1, "state_dict": collections.OrderedDict(plain), "best": True, "device": torch.device("cpu"),
                    "optimizer": {"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}}, plain)
make("one-entry", {"ema": plain}, plain)
make("parallel", {"module." + name: tensor for name, tensor in plain.items()}, plain)
make("parameters", {name: torch.nn.Parameter(tensor) for name, tensor in plain.items() if tensor.is_floating_point()},
     {name: tensor for name, tensor in plain.items() if tensor.is_floating_point()})
make("protocol-4", plain, plain, pickle_protocol=4)
torch.serialization.location_tag = lambda storage: "cuda:0"
make("gpu", plain, plain)
make("gpu-old", plain, plain, _use_new_zipfile_serialization=False)


module.eval()


class Plain(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.net = module

    def forward(self, x):
        return self.net(x).flatten(1)


class Pair(Plain):
    def forward(self, x):
        return self.net(x).flatten(1), [x.mean((1, 2, 3))]


class Named(Plain):
    def forward(self, x):
        return {"scores": self.net(x).flatten(1)}


class Scalar(Plain):
    def forward(self, x):
        return self.net(x).sum()


class Words(Plain):
    def forward(self, x):
        return "no tensor"


for program in (Plain, Pair, Named, Scalar, Words):
    torch.jit.script(program()).save(folder / f"script-{program.__name__.lower()}.pt")
grey = torch.full((1, 3, 3, 3), 100 / 255)
write_expected(folder / "script-scores.safetensors", {"scores": torch.softmax(module(grey).flatten(1), 1)})
