import { describe, expect, it } from 'vitest';
import { Gap, order, Picture } from './picture';
import type { CaseRow } from './protocol';

const row = (id: string, more: Partial<CaseRow> = {}): CaseRow => ({
  case: id,
  kind: 'city_event',
  item: null,
  severity: 'blue',
  state: 'reported',
  lat: null,
  lon: null,
  grid: null,
  opened_at: 1,
  changed_at: 1,
  due: null,
  overdue: false,
  tickets: 1,
  units: 0,
  lead: null,
  video_only: false,
  card: null,
  stage: 'reported',
  drill: false,
  ...more,
});

function standing(): Picture<CaseRow> {
  const picture = new Picture<CaseRow>();
  picture.page({ partition: 1, number: 1, of: 2, at: 5, cases: [row('1-1')], units: [] });
  picture.page({ partition: 1, number: 2, of: 2, at: 5, cases: [row('1-2')], units: [] });
  picture.live({ partition: 1, through: 'e0:9.2', at: 5, how: 'snapshot' });
  return picture;
}

describe('a picture', () => {
  it('shows a snapshot only once its last page is there', () => {
    const picture = new Picture<CaseRow>();
    picture.page({ partition: 1, number: 1, of: 2, at: 5, cases: [row('1-1')], units: [] });
    expect(picture.cases.size).toBe(0);
    picture.page({ partition: 1, number: 2, of: 2, at: 5, cases: [row('1-2')], units: [] });
    expect([...picture.cases.keys()]).toEqual(['1-1', '1-2']);
  });

  it('keeps what a moved row does not name, and takes null for none', () => {
    const picture = standing();
    picture.delta({
      partition: 1,
      from: '9.2',
      to: '10.0',
      at: 6,
      cases: [{ case: '1-1', state: 'filed', due: null }],
    });
    expect(picture.cases.get('1-1')).toEqual(row('1-1', { state: 'filed' }));
    expect(picture.since()).toEqual({ 1: 'e0:10.0' });
  });

  it('takes away what is gone, and says so once', () => {
    const picture = standing();
    picture.taken();
    picture.delta({ partition: 1, from: '9.2', to: '9.3', at: 6, gone: ['1-2'] });
    expect([...picture.taken()]).toEqual(['1-2']);
    expect(picture.taken().size).toBe(0);
    expect(picture.cases.has('1-2')).toBe(false);
  });

  it('refuses a delta that begins after where it stands', () => {
    const picture = standing();
    expect(() => picture.delta({ partition: 1, from: '9.3', to: '9.4', at: 6 })).toThrow(Gap);
  });

  it('ignores what it has already', () => {
    const picture = standing();
    picture.delta({ partition: 1, from: '8.0', to: '9.1', at: 4, gone: ['1-1'] });
    expect(picture.cases.has('1-1')).toBe(true);
    expect(picture.since()).toEqual({ 1: 'e0:9.2' });
  });

  it('replaces a partition by its pages and leaves the others', () => {
    const picture = standing();
    picture.page({ partition: 2, number: 1, of: 1, at: 5, cases: [row('2-1')], units: [] });
    picture.page({ partition: 1, number: 1, of: 1, at: 5, cases: [row('1-9')], units: [] });
    expect([...picture.cases.keys()].sort()).toEqual(['1-9', '2-1']);
  });

  it('orders positions by number, not by letter', () => {
    expect(order('10.0', '9.5')).toBeGreaterThan(0);
    expect(order('9.10', '9.9')).toBeGreaterThan(0);
    expect(order('9.9', '9.9')).toBe(0);
  });
});
