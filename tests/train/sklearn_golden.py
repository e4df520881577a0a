# Prints scores and truths with what scikit-learn says of them, as JSON: the source of sklearn.json (seed 1).
# usage: sklearn_golden.py <seed>
import json
import sys

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, precision_recall_fscore_support, roc_auc_score

random = np.random.default_rng(int(sys.argv[1]))
cases = []
for count, digits, rate in [(10, 3, 0.5), (60, 1, 0.3), (300, 4, 0.1), (300, 2, 0.7)]:
    truths = (random.random(count) < rate).astype(int)
    truths[:2] = [0, 1]
    # Rounded, so that equal scores come up; kept off the bins' edges, where floats and doubles fall apart.
    scores = np.round(np.clip(random.normal(0.4 + 0.2 * truths, 0.25), 0.001, 0.999), digits) + 0.00035
    scores = np.minimum(scores, 0.99935).astype(np.float32).astype(float)
    precision, recall, f1, _ = precision_recall_fscore_support(truths, scores >= 0.5, average="binary", zero_division=0)
    share_true, mean_score = calibration_curve(truths, scores, n_bins=10)
    weights = np.histogram(scores, bins=np.linspace(0, 1, 11))[0]
    weights = weights[weights > 0]
    cases.append({
        "scores": [float(s) for s in scores], "truths": truths.tolist(),
        "roc_auc": roc_auc_score(truths, scores), "average_precision": average_precision_score(truths, scores),
        "precision": precision, "recall": recall, "f1": f1,
        "share_true": share_true.tolist(), "mean_score": mean_score.tolist(),
        "ece": float(np.sum(weights * np.abs(share_true - mean_score)) / np.sum(weights)),
    })
json.dump(cases, sys.stdout)
