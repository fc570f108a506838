/** A real server on a free port with a folder of its own, and a real browser before it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

const ROOT = new URL('../../../', import.meta.url).pathname;
const SERVER = process.env.SERVER_UNDER_TEST ?? join(ROOT, 'target/release/liandong');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const READY_MS = 30_000;

export async function free_port() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until `what` gives something true; fails with `words` after `ms`. */
export async function until(what, words, ms = 5_000) {
  const end = performance.now() + ms;
  for (;;) {
    const found = await what();
    if (found) return found;
    if (performance.now() > end) throw new Error(`${words}: not within ${ms} ms`);
    await pause(20);
  }
}

/** A server; `mode` is `all`, or `demo` with its simulated city. */
export class Server {
  static async start({ mode = 'all', folder = null, port = null } = {}) {
    if (!existsSync(SERVER)) throw new Error(`${SERVER} is missing: cargo build --release`);
    const server = new Server();
    server.own = folder === null;
    server.mode = mode;
    server.folder = folder ?? mkdtempSync(join(tmpdir(), 'liandong-browser-'));
    server.port = port ?? (await free_port());
    await server.run();
    return server;
  }

  async run() {
    const env = {
      ...process.env,
      LIANDONG_DATA_DIR: join(this.folder, 'data'),
      LIANDONG_HTTP__LISTEN: `127.0.0.1:${this.port}`,
    };
    const profile = this.mode === 'all' ? ['--profile', 'demo'] : [];
    this.child = spawn(SERVER, [this.mode, ...profile], { env, stdio: 'ignore' });
    this.ended = new Promise((done) => this.child.on('exit', done));
    const died = this.ended.then((code) => {
      throw new Error(`the server ended with ${code} before it was ready`);
    });
    await Promise.race([died, until(() => this.ready(), 'the server is ready', READY_MS)]);
    died.catch(() => {});
  }

  get address() {
    return `http://127.0.0.1:${this.port}`;
  }

  async ready() {
    return fetch(`${this.address}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  /** Dies without a word, as in a power cut. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.child.kill('SIGTERM');
    await Promise.race([this.ended, pause(8_000).then(() => this.child.kill('SIGKILL'))]);
    await this.ended;
    if (this.own) rmSync(this.folder, { recursive: true, force: true });
  }

  /** A report by HTTP; gives its case once it has one. */
  async report({ item = 'G03021', lat = 41.2737, lon = 123.1726, text = '井盖破损', ...more } = {}) {
    const id = `browser-${randomUUID()}`;
    const body = { id, channel: 'public_app', item, lat, lon, text, observed_at: Date.now(), ...more };
    const answer = await fetch(`${this.address}/api/v1/signals?feed=signal`, {
      headers: { 'content-type': 'application/json' },
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    return id;
  }

  async command(token, verb, beside = {}) {
    const answer = await fetch(`${this.address}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ verb, ...beside }),
    });
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async read(road, token = null) {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await fetch(`${this.address}/api/v1/${road}`, { headers });
    return answer.json();
  }
}

/** A line between pages and the server that can be cut and healed while the server runs on. */
export class Line {
  static async to(server) {
    const line = new Line();
    line.ends = new Set();
    line.door = createServer((near) => line.join(near, server.port));
    // A test that fails leaves it open: nobody waits for it at the end.
    line.door.unref();
    await new Promise((done) => line.door.listen(0, '127.0.0.1', done));
    line.address = `http://127.0.0.1:${line.door.address().port}`;
    return line;
  }

  join(near, port) {
    if (this.is_cut) return near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [end, other] of [[near, far], [far, near]]) {
      this.ends.add(end);
      end.pipe(other);
      end.on('error', () => {});
      end.on('close', () => {
        this.ends.delete(end);
        other.destroy();
      });
    }
  }

  cut() {
    this.is_cut = true;
    for (const end of this.ends) end.destroy();
  }

  heal() {
    this.is_cut = false;
  }

  async close() {
    this.cut();
    await new Promise((done) => this.door.close(done));
  }
}

export async function browser() {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/** A server and a browser for all tests of a file; `furnish` readies the server. */
export function room(furnish = async () => {}) {
  const made = {};
  before(async () => {
    made.server = await Server.start();
    made.chromium = await browser();
    await furnish(made.server);
  });
  after(async () => {
    await made.chromium?.close();
    await made.server?.stop();
  });
  return made;
}

/** A page of the city; `off` lists whatever it asked of elsewhere, `faults` what it threw. */
export async function page(browser, { width = 1920, height = 1080, bypassCSP = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    bypassCSP,
  });
  const made = await context.newPage();
  made.off = [];
  made.faults = [];
  made.on('request', (request) => {
    const url = new URL(request.url());
    if (!['127.0.0.1', ''].includes(url.hostname)) made.off.push(request.url());
  });
  made.on('pageerror', (error) => made.faults.push(error.message));
  made.on('console', (line) => line.type() === 'error' && made.faults.push(line.text()));
  return made;
}

/** How long after it was opened a new wall shows a row and its map. */
export async function opening(server, chromium) {
  const wall = await page(chromium);
  const began = performance.now();
  await wall.goto(`${server.address}/wall`, { waitUntil: 'commit' });
  const after = async (sign) => {
    await wall.waitForSelector(sign);
    return Math.round(performance.now() - began);
  };
  const [row_ms, map_ms] = await Promise.all([after('.wall [data-case]'), after('.chart[data-ready=true]')]);
  return { wall, row_ms, map_ms };
}
