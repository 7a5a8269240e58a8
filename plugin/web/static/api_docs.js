// Shows the description of the API; a key typed into "Authorize" stays in this page and is forgotten with it.
"use strict";
const place = document.getElementById("api");
SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
