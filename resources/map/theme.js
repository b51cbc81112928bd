// Colours of the canvases, by day and by night. Status colours are told apart by the colour-blind (after Okabe and Ito, "Color
// Universal Design", 2008); each has an inner mark besides, and kinds differ in outline, so that no meaning is in colour alone.

export const KINDS = ["rescue", "fire", "medical", "police", "engineering", "vehicle", "aircraft", "drone", "vessel", "officer", "command", "other"];
export const STATUSES = ["available", "dispatched", "enroute", "onscene", "transporting", "hospital", "returning", "unavailable", "unknown"];

const STATUS = {
  available: "#1fae7a", dispatched: "#f2c230", enroute: "#45a7e6", onscene: "#e2571a", transporting: "#cf6fa8",
  hospital: "#2f62c9", returning: "#7cc36a", unavailable: "#8c959d", unknown: "#e9edf0",
};
// Warning colours and incident levels: red, orange, yellow, blue (Emergency Response Law 2024, arts 2-3, 63).
const LEVEL = ["#7b8794", "#d7263d", "#f0761f", "#f2c230", "#2f7fd6"];

export const THEMES = {
  day: {
    status: STATUS, level: LEVEL, outline: "#12202c", halo: "#ffffff", mark: "#0d1820",
    land: "#f3f0e7", sea: "#cfe0ea", lake: "#a9d0e6", shore: "#6fa6c6", river: "#8bbbd8", border: "#9a5f86", frame: "#b9b19d", overlay: "#7d6a8c", overlays: ["#7a3fa0", "#0b6e8a", "#a8480a", "#47680f", "#9c2463"],
    green: "#e3ead4", building: "#ddd6ca", road1: "#d9822b", road2: "#c9a25a", road3: "#b3ab9c", rail: "#7a7a80",
    text: "#14202b", textHalo: "rgba(255,255,255,0.9)", place: "#3f4a53", placeDot: "#6b747b", water: "#2f6d92",
    trail: "rgba(20,70,120,0.55)", select: "#0a58a6", follow: "#c2185b", measure: "#8e24aa", sensor: "#0b7285", resource: "#5f4b8b", feed: "#4d6a85", signMark: "#ffffff", gone: "#6b747b", road: "#b3001b", help: "#c2001f", onAlarm: "#ffffff",
  },
  night: {
    status: STATUS, level: ["#8b97a3", "#ff5468", "#ff9442", "#ffd75a", "#5aa5f5"], outline: "#05090d", halo: "#d3dde6", mark: "#05090d",
    land: "#182027", sea: "#0d1419", lake: "#16394d", shore: "#2f6886", river: "#2b5a75", border: "#b37aa0", frame: "#3b4650", overlay: "#9a86ad", overlays: ["#c79bea", "#66cbe4", "#f2a86b", "#b5d46a", "#f08fbf"],
    green: "#1b2a24", building: "#27323b", road1: "#a3662a", road2: "#7d6a43", road3: "#4b5560", rail: "#6a7480",
    text: "#e6edf3", textHalo: "rgba(8,13,18,0.92)", place: "#aeb9c3", placeDot: "#77838e", water: "#6fb2d6",
    trail: "rgba(140,190,240,0.55)", select: "#7fc4ff", follow: "#ff8ab5", measure: "#e29bff", sensor: "#58c4d6", resource: "#b9a3ec", feed: "#a9bdd1", signMark: "#05090d", gone: "#9aa5af", road: "#ff6b7d", help: "#ff5468", onAlarm: "#05090d",
  },
};

export const FONT = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif";
