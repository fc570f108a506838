import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Orders } from './orders';
import type { CaseRow, Said, Told, Whole } from './protocol';
import { Session } from './session';

/** The browser's socket, with the server's end in the test's hand. */
class Socket {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 1;
  said: Said[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((word: { data: string }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;

  constructor() {
    Socket.all.push(this);
  }
  send(text: string): void {
    this.said.push(JSON.parse(text) as Said);
  }
  close(): void {
    this.readyState = 3;
  }
  tell(told: Partial<Told<CaseRow>>): void {
    this.onmessage?.({ data: JSON.stringify(told) });
  }
  cut(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  get commands() {
    return this.said.flatMap((one) => ('command' in one ? [one.command.id] : []));
  }
}

const welcome = { build: '1', epoch: 'e0', now: 50_000, session: 1, city: '', page: 'desk' as const };
const hello = { ...welcome, account: 'me', role: null, partitions: [1] };
const live = (through: string, how: 'snapshot' | 'tail' | 'resync' = 'snapshot', at = 50_000) => ({
  live: { partition: 1, through: `e0:${through}`, at, how },
});
const beat = (now: number, behind = 0) => ({
  beat: { now, behind_ms: { 1: behind }, silent: [], heard: {}, canary: null },
});

function opened(orders = new Orders(() => {})) {
  const session = new Session<CaseRow>({ page: 'desk', token: 'me', orders: [orders] });
  session.link.open();
  const socket = back();
  socket.tell(live('9.0'));
  return { session, socket, orders };
}

/** The newest socket, greeted. */
function back(): Socket {
  const socket = Socket.all.at(-1);
  if (!socket) throw new Error('nothing was opened');
  socket.onopen?.();
  socket.tell({ hello });
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('location', { protocol: 'http:', host: 'here' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const told = (id: string): Whole<CaseRow> => ({
  ...{ case: id, kind: 'city_event', severity: 'blue', state: 'reported', stage: 'reported' },
  ...{ opened_at: 1, changed_at: 1 },
});

const file = (id: string) => ({ id, verb: { file: { case: '1-1' } } });

describe('a session', () => {
  it('sends again after a cut what has no receipt, whichever page it is', () => {
    const { socket, orders } = opened();
    orders.ask('me', file('a'), '1-1', 0);
    socket.cut();
    expect(orders.list[0]?.standing).toBe('waiting');
    vi.advanceTimersByTime(1_000);
    const again = back();
    expect([socket.commands, again.commands]).toEqual([['a'], ['a']]);
  });

  it('asks again for an answer that came while it was away, unless the tail brings it', () => {
    const { socket, orders } = opened();
    orders.ask('me', file('a'), '1-1', 0);
    socket.tell({ journalled: { command: 'a', partition: 1, position: '9.1', epoch: 'e0' } });
    socket.cut();
    vi.advanceTimersByTime(1_000);
    let again = back();
    again.tell(live('9.0', 'tail'));
    expect(again.commands).toEqual([]);
    again.cut();
    vi.advanceTimersByTime(1_000);
    again = back();
    again.tell(live('9.5'));
    expect(again.commands).toEqual(['a']);
    again.tell(live('9.9', 'resync'));
    again.tell({ journalled: { command: 'a', partition: 1, position: '9.8', epoch: 'e0' } });
    expect(again.commands).toEqual(['a', 'a']);
  });

  it('is as old as what it reads, not as the silence', () => {
    const { session, socket } = opened();
    const here = () => performance.now();
    expect(session.freshness(here())).toBe('live');
    for (let second = 1; second <= 4; second += 1) {
      vi.advanceTimersByTime(2_000);
      socket.tell(beat(50_000 + second * 1_000));
    }
    expect(session.freshness(here())).toBe('late');
    expect(session.part_age_ms(1, here())).toBeGreaterThan(3_900);
    socket.tell(beat(58_000));
    expect([session.freshness(here()), session.figures_age_ms(here())]).toEqual(['live', 0]);
  });

  it('says how many rows a return brought, once it has them all', () => {
    const { session, socket } = opened();
    socket.cut();
    vi.advanceTimersByTime(1_000);
    const again = back();
    again.tell(live('9.0', 'tail'));
    const came = [told('1-1'), told('1-2')];
    again.tell({ delta: { partition: 1, from: '9.0', to: '9.1', at: 51_000, came } });
    const cases = [{ case: '1-1', state: 'filed' as const }];
    again.tell({ delta: { partition: 1, from: '9.1', to: '9.2', at: 51_000, cases } });
    expect(session.restored).toBeNull();
    again.tell(beat(51_000));
    expect(session.restored?.rows).toBe(3);
  });
});
