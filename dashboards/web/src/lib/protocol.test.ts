/** What the compiler holds of the protocol: `npm run check` reads this, the tests only run it. */
import { expectTypeOf, test } from 'vitest';
import {
  type Blanks,
  blanks,
  type CaseRow,
  type CommandBody,
  type DeskRow,
  type Moved,
  type Verb,
  type Whole,
} from './protocol';
import type * as made from './protocol.gen';
import { get } from './roads';

test('a moved row is what the server says of one', () => {
  expectTypeOf<made.WallMoved>().toEqualTypeOf<Pick<Moved<CaseRow>, keyof made.WallMoved>>();
  expectTypeOf<made.DeskMoved>().toEqualTypeOf<Pick<Moved<DeskRow>, keyof made.DeskMoved>>();
  expectTypeOf<DeskRow>().toExtend<CaseRow>();
});

test('a whole row is what the server says of one, and a page fills all that it may leave out', () => {
  expectTypeOf<Whole<CaseRow>>().toExtend<made.WallRow>();
  expectTypeOf<made.WallRow>().toExtend<Whole<CaseRow>>();
  expectTypeOf<Whole<DeskRow>>().toExtend<made.DeskRow>();
  expectTypeOf<made.DeskRow>().toExtend<Whole<DeskRow>>();
  const fill = (blanks: Blanks<CaseRow>) => blanks;
  fill(blanks.wall);
  const { lead: _, ...but_one } = blanks.wall;
  // @ts-expect-error who leads may be left out
  fill(but_one);
});

test('a verb that the server does not have cannot be asked', () => {
  const ask = (verb: Verb): CommandBody => ({ id: 'a', verb });
  ask({ assign: { case: '1-1', unit: 4 } });
  // @ts-expect-error there is no such verb
  ask({ fly: { case: '1-1' } });
  // @ts-expect-error a case is assigned a unit
  ask({ assign: { case: '1-1' } });
  // @ts-expect-error filing has no such field
  ask({ file: { case: '1-1', itme: 'G01001' } });
});

test('a road has its own answer, and its names', () => {
  expectTypeOf(get<'/api/v1/catalog'>).returns.resolves.toHaveProperty('orgs');
  expectTypeOf(get<'/api/v1/cases/{id}'>).parameter(2).toEqualTypeOf<{ id: string }>();
  expectTypeOf(get<'/api/v1/city'>).parameters.toEqualTypeOf<['/api/v1/city', string | null]>();
  // @ts-expect-error there is no such road
  expectTypeOf(get<'/api/v1/people'>).toBeFunction();
});
