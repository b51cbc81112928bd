// Texts of the page itself, in Chinese and English. Words for codes (kinds, statuses) come from the window.

const ZH = {
  "Legend": "图例", "Kind": "类别", "Status": "状态", "Incident, by level": "事件（按级别）", "Current": "当前", "Stale": "过时", "Gone": "失联",
  "Sensor": "监测站", "Resource": "物资与场所", "Warning area": "预警区域", "Heading": "航向", "North": "北", "Centre": "中心", "Zoom in": "放大", "Zoom out": "缩小",
  "North is up; click for all units": "上北下南；点击显示全部队伍", "Show all units": "显示全部队伍",
  "Not an approved map: load your office's own": "非审定地图，请加载本单位审定地图", "Map approval number": "审图号", "not given": "未注明", "Datum": "坐标基准", "Sources": "数据来源",
  "Click the points to measure; Esc ends": "点击各点量算，按 Esc 结束", "Length": "总长", "Bearing": "方位", "Following": "跟随中",
  "units": "支队伍", "incidents": "个事件", "sensors": "个监测站", "resources": "处物资场所", "warnings": "条预警",
  "have no position": "没有位置", "are more than the map shows": "超出地图显示数量", "are out of the map's range": "超出地图范围",
  "Layer could not be read": "图层无法读取", "Click the place; Esc ends": "点击位置，按 Esc 结束", "Attention": "警示", "Road cut": "断路", "Call for help": "求助",
  "Plots": "标绘", "Stations and places": "站点与场所", "not graded": "未定级", "plots": "处标绘", "on the symbol": "吸附到符号", "on the point": "吸附到节点", "on the line": "吸附到线",
  "Click, or arrows and Enter: a point. Double click, or Enter again: end. Backspace: one back. Esc: give up. Alt: no snapping":
    "单击或方向键加回车：落点。双击或再按回车：结束。退格：撤回一点。Esc：放弃。Alt：不吸附",
  "Drag a point to move it, the sign to move all; click a point with Ctrl to take it away; Esc ends": "拖动节点移动该点，拖动符号整体移动；按住 Ctrl 单击节点删除该点；Esc 结束",
  "Some signs are pale because their layer was made so, not because they are out of date": "部分符号因图层浓淡设置而变淡，不表示已过时",
  "Close": "关闭", "Without a name": "无名称",
  "road closures": "处断路", "calls for help": "个求助", "basins": "个小流域", "quakes": "次地震",
};
Object.assign(ZH, { "in alarm": "告警", "In alarm": "告警（按级别）", "Video": "视频", "out of date": "过期", "At this place": "此处共", "cameras": "路视频" });
const NAMES = { feed: ["camera", "cameras"], road: ["road closure", "road closures"], help: ["call for help", "calls for help"] }; // where it is not the thing's name and an s

export function tr(lang, text) {
  return lang === "en" ? text : ZH[text] ?? text;
}

// "3 units have no position", one sentence a kind and reason; `hidden`: {unit: {no_position, out_of_range}, ...}.
export function hiddenTexts(lang, hidden) {
  const reasons = { no_position: "have no position", out_of_range: "are out of the map's range", too_many: "are more than the map shows" };
  const texts = [];
  for (const [thing, counts] of Object.entries(hidden))
    for (const [reason, count] of Object.entries(counts)) {
      if (!count) continue;
      const [single, many] = NAMES[thing] ?? [thing, `${thing}s`];
      const plural = tr(lang, many);
      const said = lang === "en" && count === 1 ? { no_position: "has no position", out_of_range: "is out of the map's range", too_many: "is more than the map shows" }[reason] : tr(lang, reasons[reason]);
      texts.push(lang === "en" ? `${count} ${count === 1 ? single : plural} ${said}` : `${count} ${plural}${said}`);
    }
  return texts;
}

export function outsideText(lang, count) {
  if (lang !== "en") return `${count} 支队伍在视野外`;
  return `${count.toLocaleString("en")} ${count === 1 ? "unit" : "units"} outside the view`;
}

export { ZH };
