// Sends visits and their photos: the session's cookie says who, the cookie csrftoken of the day says from our page.
export function csrfCookie() {
  const found = document.cookie.split("; ").find((item) => item.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

async function post(url, body, headers = {}) {
  try {
    return await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrfCookie(), Accept: "application/json", ...headers }, credentials: "same-origin" });
  } catch {
    return null;
  }
}

// What went wrong, in the server's words.
function wordsOf(problem, status) {
  const texts = Object.values(problem.problems ?? problem.errors ?? {}).flat();
  return texts.length ? texts.join(" ") : (problem.detail ?? String(status));
}

export async function sendVisit(api, body) {
  const response = await post(api, JSON.stringify(body), { "Content-Type": "application/json" });
  if (!response) return { ok: false, network: true, status: 0, text: "", asks: [] };
  const answer = await response.json().catch(() => ({}));
  return { ok: response.ok, network: false, status: response.status, text: response.ok ? "" : wordsOf(answer, response.status), asks: answer.asks ?? [] };
}

// Returns what went wrong with the first photo that was refused, "" where all arrived.
export async function sendPhotos(api, clientUuid, photos) {
  for (const photo of photos) {
    const body = new FormData();
    body.append("file", photo.file, photo.file.name ?? "photo.jpg");
    body.append("part", photo.part);
    body.append("client_uuid", photo.client_uuid);
    const response = await post(`${api}${clientUuid}/photos/`, body);
    if (!response?.ok) return response ? wordsOf(await response.json().catch(() => ({})), response.status) : "–";
  }
  return "";
}
