# Prints boxes that were found and that are there with what COCO's definition says of them, as JSON: the source of
# coco.json (seed 1). Written from the definition, one box after the other, without a table or a cumulative sum.
# usage: coco_golden.py <seed>
import json
import random
import sys

SIZES = {"all": (0, 1e10), "small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, 1e10)}
# numpy.linspace(0.5, 0.95, 10) and numpy.linspace(0, 1, 101), as COCO's program has them
OVERLAPS = [i * ((0.95 - 0.5) / 9) + 0.5 for i in range(9)] + [0.95]
RECALLS = [i * 0.01 for i in range(100)] + [1.0]


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def overlap(found, there, crowd):
    wide = min(found[2], there[2]) - max(found[0], there[0])
    high = min(found[3], there[3]) - max(found[1], there[1])
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (area(found) if crowd else area(found) + area(there) - wide * high)


def ap(pictures, name, size, least):
    """Average precision of one concept; None where nothing is there."""
    counted = lambda box: SIZES[size][0] <= area(box) <= SIZES[size][1]
    everything = []  # (score, right)
    total = 0
    for picture in pictures:
        there = [b for b in picture["there"] if b["name"] == name]
        for box in there:
            box["counts"] = not box["crowd"] and counted(box["box"])
            box["taken"] = False
        total += sum(box["counts"] for box in there)
        found = [b for b in picture["found"] if b["name"] == name]
        found = sorted(found, key=lambda b: -b["score"])[:100]
        for one in found:
            best = None
            for group in (True, False):  # what counts is looked at first, and what does not only where that gave nothing
                threshold = least
                for box in there:
                    if box["counts"] != group or (box["taken"] and not box["crowd"]):
                        continue
                    shared = overlap(one["box"], box["box"], box["crowd"])
                    if shared >= threshold:
                        best, threshold = box, shared
                if best:
                    break
            if best:
                best["taken"] = True
                if best["counts"]:
                    everything.append((one["score"], True))
            elif counted(one["box"]):
                everything.append((one["score"], False))
    if total == 0:
        return None
    everything.sort(key=lambda each: -each[0])
    points = []  # (recall, precision) after each box
    for i in range(len(everything)):
        right = sum(each[1] for each in everything[: i + 1])
        points.append((right / total, right / (i + 1)))
    return sum(max([p for r, p in points if r >= recall], default=0) for recall in RECALLS) / len(RECALLS)


def mean(values):
    values = [v for v in values if v is not None]
    return sum(values) / len(values) if values else None


def measured(pictures, names):
    over = lambda name, size, overlaps: mean([ap(pictures, name, size, least) for least in overlaps])
    return {
        "map": mean([over(n, "all", OVERLAPS) for n in names]),
        "map_50": mean([over(n, "all", OVERLAPS[:1]) for n in names]),
        "map_75": mean([over(n, "all", OVERLAPS[5:6]) for n in names]),
        **{size: mean([over(n, size, OVERLAPS) for n in names]) for size in ("small", "medium", "large")},
        "concepts": [{"ap": over(n, "all", OVERLAPS), "ap_50": over(n, "all", OVERLAPS[:1])} for n in names],
    }


def made(rng, pictures, names, crowds):
    made = []
    for number in range(pictures):
        width, height = rng.choice([(640, 480), (500, 375), (300, 400)])
        # Places are multiples of 1/1024, which floats hold.
        def box(side):
            wide = rng.randint(max(8, side // 2), side * 2)
            high = rng.randint(max(8, side // 2), side * 2)
            left, top = rng.randint(0, 1024 - wide), rng.randint(0, 1024 - high)
            return [left, top, left + wide, top + high]
        there = [{"name": rng.choice(names[: 1 + number % len(names)]), "box": box(rng.choice([16, 60, 150, 300])),
                  "crowd": rng.random() < crowds} for _ in range(rng.randint(0, 7))]
        found = []
        for each in there:
            for _ in range(rng.randint(0, 3)):
                shift = max(1, (each["box"][2] - each["box"][0]) // rng.choice([4, 8, 30]))
                moved = [edge + rng.randint(-shift, shift) for edge in each["box"]]
                if moved[2] > moved[0] and moved[3] > moved[1]:
                    found.append({"name": each["name"], "box": moved})
        found += [{"name": rng.choice(names), "box": box(100)} for _ in range(130 if number == 2 else rng.randint(0, 4))]
        for each in found:
            each["score"] = rng.randint(1, 60) / 64  # equal ones come up
        made.append({"width": width, "height": height, "there": there, "found": found})
    return made


rng = random.Random(int(sys.argv[1]))
cases = []
for pictures, count, crowds in [(1, 1, 0), (12, 3, 0.15), (25, 2, 0), (6, 4, 0.5)]:
    names = ["kind %d" % i for i in range(count)] + ["never"]
    case = made(rng, pictures, names[:-1], crowds)
    pixels = []
    for picture in case:
        scale = [picture["width"] / 1024, picture["height"] / 1024] * 2
        in_pixels = lambda boxes: [{**b, "box": [edge * s for edge, s in zip(b["box"], scale)]} for b in boxes]
        pixels.append({"there": in_pixels(picture["there"]), "found": in_pixels(picture["found"])})
    cases.append({"names": names, "pictures": case, "wanted": measured(pixels, names)})
json.dump(cases, sys.stdout, separators=(",", ":"))
print()
