# The peer of bench_train_deep: PyTorch's own training loop on the same net, batch and threads. Prints seconds a step.
# usage: train_deep_peer.py tiny|resnet18 SIDE BATCH THREADS BFLOAT16
import sys, time

import torch
from torch import nn

net_name, side, batch, threads, bf16 = sys.argv[1], *map(int, sys.argv[2:6])
torch.set_num_threads(threads)
torch.manual_seed(0)


def unit(i, o, kernel, stride):
    return nn.Sequential(nn.Conv2d(i, o, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(o))


class Basic(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.first, self.second = unit(i, o, 3, stride), unit(o, o, 3, 1)
        self.shortcut = unit(i, o, 1, stride) if stride != 1 or i != o else nn.Identity()

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = unit(3, 32, 3, 1)
        widths = [32, 48, 96, 192]
        self.stages = nn.ModuleList(
            nn.ModuleList([unit(i, o, 3, 2), unit(o, o, 3, 1), unit(o, o, 3, 1)]) for i, o in zip(widths, widths[1:]))
        self.head = nn.Linear(192, 10)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        for down, first, second in self.stages:
            x = torch.relu(down(x))
            x = x + torch.relu(second(torch.relu(first(x))))
        return self.head(x.mean((2, 3)))


def resnet18():
    layers = [unit(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    i = 64
    for o, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Basic(i, o, stride), Basic(o, o, 1)]
        i = o
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


net = (Tiny() if net_name == "tiny" else resnet18()).to(memory_format=torch.channels_last)
images = torch.randn(batch, 3, side, side).to(memory_format=torch.channels_last)
labels = torch.arange(batch) % 10
optimiser = torch.optim.SGD(net.parameters(), 0.02, momentum=0.9, nesterov=True, weight_decay=5e-4)
loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)


def step():
    optimiser.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=bool(bf16)):
        loss = loss_of(net(images), labels)
    loss.backward()
    optimiser.step()


for _ in range(5):
    step()
best = 1e9
for _ in range(3):  # the least of three rounds, as the other side takes the least of its epochs
    begin = time.perf_counter()
    for _ in range(20):
        step()
    best = min(best, (time.perf_counter() - begin) / 20)
print(best)
