// On paper nothing can be opened: everything is, while it is printed.

function unfoldForPrint(root) {
  const opened = [...root.querySelectorAll("article details:not([open])")];
  for (const details of opened) details.open = true;
  return () => opened.forEach((details) => { details.open = false; });
}

function whilePrinting(begin) {
  let end = () => {};
  addEventListener("beforeprint", () => { end = begin(); });
  addEventListener("afterprint", () => end());
}
