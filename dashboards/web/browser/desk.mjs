/** What one does at the desk, by its keys and buttons. */
import { until } from './room.mjs';

/** Chooses the verb by its digit, as the desk shows it; one beyond the ninth by its button. */
export async function press_verb(desk, offer) {
  const name = offer.includes(':') ? `[data-offer="${offer}"]` : `[data-verb="${offer}"]`;
  const button = await desk.waitForSelector(`.verbs ${name}`, { timeout: 10_000 });
  const first = (await button.innerText()).trim()[0];
  if (/[1-9]/.test(first)) await desk.keyboard.press(first);
  else await button.click();
}

/** Opens a case from the queue, found by its number. */
export async function open_case(desk, id) {
  // What was filtered for before is in nobody's way.
  await desk.fill('.queue form input', '');
  await desk.evaluate(() => document.activeElement.blur());
  // What comes in while one works waits for `.`; when it has come to this page, only the page knows.
  await until(async () => {
    await desk.keyboard.press('.');
    return desk.$(`.queue [data-case="${id}"]`);
  }, 'the case is in the queue');
  await desk.keyboard.press('f');
  await desk.keyboard.type(id);
  await desk.keyboard.press('Escape');
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.waitForSelector(`[data-opened="${id}"]`);
}

export async function standing(desk, verb, standing) {
  await desk.waitForSelector(`[data-order="${verb}"][data-standing="${standing}"]`, { timeout: 15_000 });
}

/** Changes the seat by key until it is this account's. */
export async function sit(desk, account) {
  for (let tries = 0; tries < 8; tries += 1) {
    if (await desk.$(`[data-seat="${account}"]`)) return;
    const was = await desk.getAttribute('[data-seat]', 'data-seat');
    await desk.keyboard.press('c');
    await desk.waitForSelector(`[data-seat]:not([data-seat="${was}"]):not([data-seat=""])`);
  }
  throw new Error(`no seat is ${account}'s`);
}

/** Takes a seat's next step as that organisation, which has a part in the case. */
export async function act_for(desk, org) {
  if ((await desk.getAttribute('[data-acting]', 'data-acting')) === org) return;
  await desk.click(`[data-act-for="${org}"]`);
  await desk.waitForSelector(`[data-acting="${org}"]`);
}

/** Chooses an organisation in the form's list by typing its code. */
export async function choose_org(desk, code) {
  const box = await desk.waitForSelector('[data-form] [type=search]');
  await box.focus();
  await desk.keyboard.type(code);
  await desk.keyboard.press('Enter');
}
