/* Two texts of one note: both are shown and kept until a person chooses. */

import { readings } from "./answers.js";

function element(page, tag, { text = "", name = "" } = {}, ...children) {
  const made = page.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function text(page, title, words) {
  const said = words.length ? { text: words.join("\n") } : { text: "nothing", name: "blank" };
  return element(
    page,
    "div",
    { name: "conflict-text" },
    element(page, "h4", { text: title }),
    element(page, "p", said),
  );
}

/* The fields whose answers differ, in the order of the page. */
export function differences(mine, theirs) {
  const own = readings(mine);
  const other = readings(theirs);
  return [...new Set([...own.keys(), ...other.keys()])]
    .map((name) => ({
      label: (own.get(name) ?? other.get(name)).label,
      mine: own.get(name)?.words ?? [],
      theirs: other.get(name)?.words ?? [],
    }))
    .filter(({ mine: left, theirs: right }) => left.join("\0") !== right.join("\0"));
}

/* Show the panel above the form. `keep` and `take` are called for the two buttons. */
export function showConflict({ page, form, theirs, by, at, keep, take }) {
  const button = (words, kind, press) => {
    const made = element(page, "button", { text: words, name: `button ${kind}` });
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  };
  const who = by || "another window";
  const title = element(page, "h2", { text: `This note was also changed by ${who} at ${at}` });
  title.id = "conflict-title";
  title.tabIndex = -1;
  const fields = differences(form, theirs).map((field) =>
    element(
      page,
      "div",
      { name: "conflict-field" },
      element(page, "h3", { text: field.label }),
      text(page, "Mine, in this window", field.mine),
      text(page, `Theirs, saved ${at}`, field.theirs),
    ),
  );
  const panel = element(
    page,
    "section",
    { name: "conflict" },
    title,
    element(page, "p", {
      text: "Both texts are kept until you choose. Below is what differs; copy across what you need.",
    }),
    ...fields,
    element(
      page,
      "div",
      { name: "actions" },
      button("Keep mine", "button-primary", keep),
      button("Take theirs", "", take),
    ),
  );
  panel.id = "conflict";
  panel.setAttribute("aria-labelledby", title.id);
  page.getElementById(panel.id)?.remove();
  form.before(panel);
  return panel;
}
