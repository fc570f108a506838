import { describe, expect, it } from 'vitest';
import { Gap, order, Picture } from './picture';
import { blanks, type CaseRow, type DeskRow, type Whole } from './protocol';

/** A whole row as it is told of a case of which there is little to say. */
const lean = (id: string): Whole<CaseRow> => ({
  case: id,
  kind: 'city_event',
  severity: 'blue',
  state: 'reported',
  stage: 'reported',
  opened_at: 1,
  changed_at: 1,
});
const row = (id: string, more: Partial<CaseRow> = {}): CaseRow => ({
  ...lean(id),
  item: null,
  lat: null,
  lon: null,
  grid: null,
  due: null,
  overdue: false,
  tickets: 1,
  units: 0,
  lead: null,
  video_only: false,
  card: null,
  drill: false,
  ...more,
});

function standing(): Picture<CaseRow> {
  const picture = new Picture<CaseRow>(blanks.wall);
  picture.page({ partition: 1, number: 1, of: 2, at: 5, cases: [row('1-1')], units: [] });
  picture.page({ partition: 1, number: 2, of: 2, at: 5, cases: [row('1-2')], units: [] });
  picture.live({ partition: 1, through: 'e0:9.2', at: 5, how: 'snapshot' });
  return picture;
}

describe('a picture', () => {
  it('shows a snapshot only once its last page is there', () => {
    const picture = new Picture<CaseRow>(blanks.wall);
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

  it('fills what a whole row leaves out, in pages and in deltas', () => {
    const picture = new Picture<DeskRow>(blanks.desk);
    const { case: _, ...told }: Whole<DeskRow> = {
      ...lean('1-0'),
      ...{ version: 1, privacy: 'none', urgency: 'normal' },
    };
    const one = { ...told, case: '1-1' };
    picture.page({ partition: 1, number: 1, of: 1, at: 5, cases: [one], units: [] });
    picture.live({ partition: 1, through: 'e0:9.2', at: 5, how: 'snapshot' });
    const two = { ...told, case: '1-2', colour: 0, assists: ['CG'] };
    picture.delta({ partition: 1, from: '9.2', to: '9.3', at: 6, came: [two] });
    expect(picture.cases.get('1-1')).toEqual({ ...blanks.desk, ...one });
    expect(picture.cases.get('1-2')).toEqual({ ...blanks.desk, ...two });
    expect(picture.cases.get('1-1')).toMatchObject({ lead: null, units: 0, overdue: false });
    expect(picture.cases.get('1-1')).toMatchObject({ assists: [], stamps: {}, colour: null });
    const moved = { case: '1-2', assists: [], version: 2 };
    picture.delta({ partition: 1, from: '9.3', to: '9.4', at: 7, cases: [moved] });
    expect(picture.cases.get('1-2')).toEqual({ ...blanks.desk, ...told, ...moved, colour: 0 });
    expect(blanks.desk).toMatchObject({ assists: [], colour: null, counters: { urges: 0 } });
  });

  it('keeps nothing of a case that comes anew', () => {
    const known = row('1-1', { lead: 'CG', overdue: true, units: 2 });
    for (const gone of [[], ['1-1']]) {
      const picture = standing();
      picture.delta({ partition: 1, from: '9.2', to: '9.3', at: 6, cases: [known] });
      picture.delta({ partition: 1, from: '9.3', to: '9.4', at: 7, gone });
      const came = [lean('1-1')];
      picture.delta({ partition: 1, from: '9.4', to: '9.5', at: 8, came });
      expect(picture.cases.get('1-1')).toEqual(row('1-1', { tickets: 0 }));
    }
  });

  it('asks for the rows anew where a case moved that it does not show', () => {
    const picture = standing();
    const cases = [{ case: '1-9', state: 'filed' as const }];
    const delta = { partition: 1, from: '9.2', to: '9.3', at: 6, cases };
    expect(() => picture.delta(delta)).toThrow(Gap);
    expect([picture.since(), picture.cases.has('1-9')]).toEqual([{}, false]);
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
