// Small comforts; every page works without them.

// "/" goes to the search, as on comparable products; not while something is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const search = document.querySelector("input[type=search]");
  event.preventDefault();
  if (search) {
    search.focus();
  } else {
    location.assign("/agencies");
  }
});

// After a form with errors, the summary is read first.
document.querySelector(".govuk-error-summary")?.focus();
