#include "train/report_page.h"

namespace workflow {

const std::string_view report_style = R"(
body{font:15px/1.45 system-ui,sans-serif;max-width:1320px;margin:24px auto;padding:0 20px;color:#222;background:#fff}
h1{font-size:24px;margin:0 0 14px}h2{font-size:18px;margin:34px 0 10px;border-bottom:1px solid #ddd;padding-bottom:4px}
.cards{display:flex;flex-wrap:wrap;gap:10px}.card{border:1px solid #ddd;border-radius:6px;padding:8px 14px;min-width:90px}
.card b{display:block;font-size:20px}.card span{color:#666;font-size:13px}
.notes{background:#fff6e0;border:1px solid #e6cf90;border-radius:6px;padding:8px 8px 8px 28px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(360px,100%),1fr));gap:14px}.charts svg{width:100%;max-width:520px}
svg polyline{fill:none;stroke-width:2}svg .g{stroke:#e6e6e6}svg .a{font-size:11px;fill:#555}svg .n{font-size:12px;fill:#333}svg .t{font-size:13px;font-weight:600;fill:#222}
table{border-collapse:collapse}.wide{overflow-x:auto}td,th{padding:4px 10px;border:1px solid #ddd;text-align:right;font-weight:normal}
th{background:#f5f5f5;font-weight:600}td:first-child,th:first-child{text-align:left}.matrix td{min-width:44px;text-align:center}
.controls{display:flex;flex-wrap:wrap;gap:18px;align-items:center;margin-bottom:10px}.controls input{width:260px;max-width:60vw}
#said{font-variant-numeric:tabular-nums}
.worst{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0;border:1px solid #ddd;border-radius:6px;padding:8px;box-sizing:border-box;width:min(180px,calc(50% - 6px));font-size:13px;overflow-wrap:anywhere}
figure img{max-width:100%;max-height:160px;display:block;margin:0 auto 6px}blockquote{margin:0 0 6px;font-style:italic}
pre{background:#f7f7f7;padding:10px;border-radius:6px;overflow:auto;font-size:12px}
)";

const std::string_view report_controls = R"(<div class="controls"><label>concept <select id="which"></select></label>
<label>threshold <input id="threshold" type="range" min="0" max="100" value="50"></label><span id="said"></span></div>)";

const std::string_view report_script = R"js(
const which = document.getElementById('which'), slider = document.getElementById('threshold'), said = document.getElementById('said');
concepts.forEach((c, i) => which.add(new Option(c.name, i)));
const L = 52, R = 406, T = 30, B = 256;
const X = v => L + v * (R - L), Y = v => B - v * (B - T);
const text = (c, x, y, s, anchor, turn) => `<text class="${c}" text-anchor="${anchor}" ${turn ? `transform="translate(${x},${y}) rotate(-90)"` : `x="${x}" y="${y}"`}>${s}</text>`;
function chart(id, title, xName, yName, points, at, diagonal) {
  let s = text('t', L, 18, title, 'start');
  for (let i = 0; i <= 5; i++) {
    const v = i / 5;
    s += `<line class="g" x1="${X(v)}" x2="${X(v)}" y1="${T}" y2="${B}"/><line class="g" x1="${L}" x2="${R}" y1="${Y(v)}" y2="${Y(v)}"/>`;
    s += text('a', X(v), B + 15, v.toFixed(1), 'middle') + text('a', L - 6, Y(v) + 4, v.toFixed(1), 'end');
  }
  s += text('n', (L + R) / 2, 292, xName, 'middle') + text('n', 13, (T + B) / 2, yName, 'middle', true);
  if (diagonal) s += `<polyline points="${X(0)},${Y(0)} ${X(1)},${Y(1)}" stroke="#999" stroke-dasharray="4 4"/>`;
  s += `<polyline points="${points.map(p => X(p[0]) + ',' + Y(p[1])).join(' ')}" stroke="#0072b2"/>`;
  s += `<circle cx="${X(at[0])}" cy="${Y(at[1])}" r="5" fill="#d55e00"/>`;
  document.getElementById(id).innerHTML = s;
}
function show() {
  const c = concepts[which.value], t = +slider.value, share = (a, b) => b > 0 ? a / b : 0;
  const recall = c.right.map(v => share(v, c.positive)), fall = c.wrong.map(v => share(v, c.negative));
  const precision = c.right.map((v, i) => v + c.wrong[i] > 0 ? v / (v + c.wrong[i]) : 1);
  chart('roc', 'ROC', 'false positive rate', 'recall', [...fall.map((v, i) => [v, recall[i]]), [0, 0]], [fall[t], recall[t]], true);
  const kept = recall.map((v, i) => [v, precision[i], c.right[i] + c.wrong[i]]).filter(p => p[2] > 0);
  chart('pr', 'Precision and recall', 'recall', 'precision', kept, [recall[t], precision[t]], false);
  const f1 = share(2 * c.right[t], c.positive + c.right[t] + c.wrong[t]);
  said.textContent = `at ${(t / 100).toFixed(2)}: accepted ${c.right[t] + c.wrong[t]} of ${c.positive + c.negative}, precision ${precision[t].toFixed(3)}, recall ${recall[t].toFixed(3)}, F1 ${f1.toFixed(3)}`;
}
which.onchange = slider.oninput = show;
show();
)js";

}  // namespace workflow
