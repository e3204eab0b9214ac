/* What holds the session: an answer about risk without a risk note. It is drawn by the server, and
   drawn anew when the server says that another calls, or that a note was written. */

export function risk(room, place) {
  const lines = room.root.querySelectorAll("[data-risk-line]");
  let shown = place.dataset.mark;
  let isAsking = false;

  return {
    /* The mark of what calls, as a poll tells it. */
    async heard(mark) {
      if (mark === undefined || mark === shown || isAsking) return;
      isAsking = true;
      const html = await room.line.risk();
      isAsking = false;
      if (html === null) return;
      shown = mark;
      place.innerHTML = html;
      for (const line of lines) line.hidden = !mark;
      room.say(mark ? "Write a risk note before the session goes on." : "A risk note was written.");
    },
  };
}
