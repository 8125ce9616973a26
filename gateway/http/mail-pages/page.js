// The pages of links in mails. Nothing is sent before the button is clicked.

const token = new URLSearchParams(location.search).get("token") ?? "";
const page = document.body.dataset.page;
const form = document.querySelector("form");
const result = document.querySelector("#result");

const orderFields = `number status paymentStatus total { amount currencyCode }
  items { productName variantName quantity subtotal { amount currencyCode } }`;

/** By the name of the page: what its button does. Returns what to say. */
const actions = {
  activate: async ({ password }) => {
    const input = { token, ...(password === "" ? {} : { password }) };
    await mutate("accountActivate", "TokenInput", input);
    return "Your account is active. You can sign in now.";
  },
  reset: async ({ password }) => {
    await mutate("passwordReset", "PasswordResetInput", { token, newPassword: password });
    return "Your password is changed. You can sign in with it now.";
  },
  "confirm-email": async () => {
    await mutate("emailChangeConfirm", "TokenInput", { token });
    return "Your email address is changed.";
  },
  "guest-order": async () => {
    const { guestOrder } = await send(`query($token: String!) { guestOrder(token: $token) { ${orderFields} } }`, {
      token,
    });
    return showOrder(guestOrder);
  },
  order: async ({ email, password }) => {
    const { accessToken } = await mutate("tokenCreate", "TokenCreateInput", { email, password }, "accessToken");
    const number = location.pathname.split("/").at(-1);
    const query = `query($number: String!) { order(number: $number) { ${orderFields} } }`;
    const { order } = await send(query, { number }, { authorization: `Bearer ${accessToken}` });
    return showOrder(order);
  },
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  result.textContent = "";
  try {
    const sentence = await actions[page](Object.fromEntries(new FormData(form)));
    form.hidden = true;
    result.textContent = sentence;
  } catch (error) {
    result.textContent = error.message;
  } finally {
    button.disabled = false;
  }
});

async function mutate(name, inputType, input, selection = "") {
  const document = `mutation($input: ${inputType}!) { ${name}(input: $input) { ${selection} userErrors { message } } }`;
  const data = await send(document, { input });
  const [problem] = data[name].userErrors;
  if (problem !== undefined) throw new Error(problem.message);
  return data[name];
}

async function send(query, variables, headers = {}) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(errors[0].message);
  return data;
}

function showOrder(order) {
  if (order === null) throw new Error("There is no such order.");
  const section = document.querySelector("#order");
  const table = document.createElement("table");
  for (const { productName, variantName, quantity, subtotal } of order.items) {
    const name = variantName === "Default" ? productName : `${productName}, ${variantName}`;
    addRow(table, `${quantity} × ${name}`, price(subtotal));
  }
  addRow(table, "Total", price(order.total));
  section.replaceChildren(table);
  section.hidden = false;
  return `Order ${order.number}: ${order.status.toLowerCase()}, ${order.paymentStatus.toLowerCase().replaceAll("_", " ")}`;
}

function addRow(table, ...texts) {
  const row = table.insertRow();
  for (const text of texts) row.insertCell().textContent = text;
}

function price({ amount, currencyCode }) {
  return `${amount} ${currencyCode}`;
}
