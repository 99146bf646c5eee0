// What the keys do (the dialog "Keys" lists them). A key that is typed into a field belongs to the field.

function isField(element) {
  return element.closest("input, select, textarea") !== null;
}

// In a report they scroll, in the list they choose.
const SCROLLING = new Set(["ArrowUp", "ArrowDown", "Home", "End"]);

// On a button Enter presses it.
function isControl(element) {
  return element.closest("button, summary, a, dialog") !== null;
}

function listenToKeys(actions) {
  const keys = {
    j: actions.next, ArrowDown: actions.next, k: actions.previous, ArrowUp: actions.previous,
    Home: actions.first, End: actions.last, Enter: actions.open, o: actions.open,
    "/": actions.search, g: actions.group, "?": actions.help, Escape: actions.back,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target;
    if (target.closest("dialog[open]")) return;
    if (isField(target)) return keyInField(event, actions);
    if (event.key === "Enter" && isControl(target)) return;
    if (SCROLLING.has(event.key) && !list.contains(target) && target !== document.body) return;
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function keyInField(event, actions) {
  if (event.key !== "Escape" && !(event.key === "Enter" && event.target.id === "search")) return;
  event.preventDefault();
  if (event.key === "Escape" && event.target.id === "search" && event.target.value) return actions.clearSearch();
  list.focus();
}
