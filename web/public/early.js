// While the first script is still on its way, fetch what lies behind the login: all of it for somebody who is signed in; for others the
// WebAssembly alone, the longest way, with what the connection has left. What there is stands in the page (build/chunks.ts); nothing is run
// here, and where this fails it is fetched a little later (src/shell/ahead.ts).
try {
  const isSignedIn = localStorage.getItem("courtyard.session") !== null;
  const kindOf = (path) => {
    if (!isSignedIn) return { rel: "prefetch" };
    if (path.endsWith(".js")) return { rel: "modulepreload" };
    return { rel: "preload", as: path.endsWith(".css") ? "style" : "fetch" };
  };
  for (const path of JSON.parse(document.getElementById("early").textContent)) {
    if (!isSignedIn && !path.endsWith(".wasm")) continue;
    document.head.append(Object.assign(document.createElement("link"), { crossOrigin: "anonymous", href: path }, kindOf(path)));
  }
} catch {
  // No store, no list: no matter.
}
