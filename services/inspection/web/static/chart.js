// Draws a line from the rows of the table with the same name; the table stays the twin for everybody.

const load = (address) => new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = address;
  script.addEventListener("load", done);
  script.addEventListener("error", failed);
  document.head.append(script);
});

export const draw = async (area) => {
  await load(area.dataset.library);
  const rows = [...document.querySelectorAll(`#${CSS.escape(area.dataset.chart)} tbody tr`)];
  const series = (name, attribute, style) => ({
    name,
    type: "line",
    symbolSize: 8,
    data: rows.map((row) => (row.dataset[attribute] === "" ? null : Number(row.dataset[attribute]))),
    ...style,
  });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const names = area.dataset.names?.split("|");
  const chart = window.echarts.init(area, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    grid: { left: 48, right: 16, top: names ? 40 : 16, bottom: 32 },
    xAxis: { type: "category", data: rows.map((row) => row.dataset.label), axisLabel: { color: colour("--ink") }, axisLine: { lineStyle: { color: colour("--soft") } } },
    yAxis: { type: "value", min: 0, max: 100, axisLabel: { color: colour("--ink"), formatter: "{value} %" }, splitLine: { lineStyle: { color: colour("--line") } } },
    ...(names ? { legend: { data: names, top: 4, textStyle: { color: colour("--ink") } } } : {}),
    series: [
      series(names?.[0] ?? "", "value", { lineStyle: { width: 3, color: colour("--link") }, itemStyle: { color: colour("--link") } }),
      ...(names ? [series(names[1], "expected", { lineStyle: { width: 2, type: "dashed", color: colour("--ink") }, itemStyle: { color: colour("--ink") } })] : []),
    ],
  });
  addEventListener("resize", () => chart.resize());
};
