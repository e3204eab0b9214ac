/* Passkeys: the browser is asked, and its answer is posted with the form around the button. */

const bytes = (text) => {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
};
const text = (buffer) => {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function used(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: known(options.allowCredentials),
  };
  const found = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return told(found, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
  const found = await navigator.credentials.create({ publicKey });
  const { clientDataJSON, attestationObject } = found.response;
  return told(found, {
    clientDataJSON: text(clientDataJSON),
    attestationObject: text(attestationObject),
  });
}

function told(found, response) {
  const { id, type, authenticatorAttachment } = found;
  const results = found.getClientExtensionResults();
  return JSON.stringify({
    id,
    rawId: text(found.rawId),
    type,
    authenticatorAttachment,
    response,
    clientExtensionResults: results,
  });
}

const WHY = {
  InvalidStateError: "This device has a passkey of yours already.",
  NotAllowedError: "That was cancelled, or took too long. Nothing was changed; try again.",
  SecurityError: "Passkeys do not work under this address.",
};

export async function answer(part) {
  const response = await fetch(part.dataset.ask, {
    method: "POST",
    headers: { "X-CSRFToken": part.dataset.token },
  });
  if (!response.ok) throw new Error(response.status === 401 ? "out" : "asked");
  const options = await response.json();
  return part.dataset.passkey === "create" ? made(options) : used(options);
}

function wire(part) {
  const button = part.querySelector("button");
  const says = part.querySelector(".passkey-says");
  const field = part.querySelector("input");
  button.addEventListener("click", async () => {
    button.disabled = true;
    says.textContent = "Follow what your device asks.";
    try {
      field.value = await answer(part);
      field.disabled = false;
      says.textContent = "";
      const form = part.closest("form");
      form.noValidate = true;
      form.requestSubmit();
    } catch (error) {
      says.textContent =
        WHY[error.name] ??
        (error.message === "out"
          ? "This sign-in took too long. Load the page again."
          : "That did not work. Nothing was changed; try again.");
    } finally {
      button.disabled = false;
    }
  });
  part.hidden = false;
}

export function start(root) {
  if (!window.PublicKeyCredential) return;
  for (const note of root.querySelectorAll("[data-no-passkey]")) note.hidden = true;
  for (const part of root.querySelectorAll("[data-passkey]")) wire(part);
}
