// For somebody who is signed in: fetch what lies behind the login while the first script is still on its way. What there is stands in the
// page (build/chunks.ts); nothing is run here, and where this fails it is fetched a little later (src/shell/ahead.ts).
try {
  if (localStorage.getItem("courtyard.session") !== null) {
    for (const path of JSON.parse(document.getElementById("early").textContent)) {
      const link = document.createElement("link");
      link.crossOrigin = "anonymous";
      if (path.endsWith(".js")) link.rel = "modulepreload";
      else {
        link.rel = "preload";
        link.as = path.endsWith(".css") ? "style" : "fetch";
      }
      link.href = path;
      document.head.append(link);
    }
  }
} catch {
  // No store, no list: no matter.
}
