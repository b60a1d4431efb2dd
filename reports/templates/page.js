"use strict";

const said = document.getElementById("said");

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch { // no permission, or a browser that keeps the clipboard from files
    getSelection().selectAllChildren(code);
    document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(document.getElementById(button.dataset.copies));
    button.textContent = "Copied";
    said.textContent = "The code has been copied.";
    setTimeout(() => {
      button.textContent = "Copy";
      said.textContent = "";
    }, 2000);
  });
}

// Paper has no click: what is folded is printed, except for the whole source.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open], .whole)")];
  opened.forEach((details) => { details.open = true; });
});
addEventListener("afterprint", () => {
  opened.forEach((details) => { details.open = false; });
});
