/** The markup of the page. It is the same for everybody: scripts add what people see, as text. */
export const page: string = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Revocation console</title>
<link rel="icon" href="assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="assets/base.css">
<link rel="stylesheet" href="assets/parts.css">
<link rel="stylesheet" href="assets/console.css">
<script src="assets/app.js" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<a class="brand" href="#lookup"><img src="assets/icon.svg" alt="" width="28" height="28"> Revocation console</a>
<p class="who" id="viewer"></p>
</header>
<nav id="views" aria-label="Views"></nav>
<main id="main" tabindex="-1">
<h1 id="title" tabindex="-1">Revocation console</h1>
<p id="notice" class="notice" role="status" aria-live="polite" tabindex="-1"></p>
<div id="content"><noscript>This page needs JavaScript.</noscript></div>
</main>
</body>
</html>
`
