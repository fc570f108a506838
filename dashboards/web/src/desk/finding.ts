/** What a search for cases, open and archived, asks of the server. */
import { city_moment } from './verbs';

/** As it is written into the form: nothing is anything. */
export interface Sought {
  q: string;
  number: string;
  item: string;
  place: string;
  org: string;
  /** Days as a date field writes them, both included. */
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;

/** Midnight in the city with which a day begins, or the day so many later. */
function midnight(day: string, later: number): string {
  return String(city_moment(`${day}T00:00`) + later * DAY_MS);
}

/** The arguments of the road. */
export function asked_of(sought: Sought): Record<string, string> {
  const { from, to, ...named } = sought;
  const given = Object.entries(named).map(([name, value]) => [name, value.trim()] as const);
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== '')),
    ...(from === '' ? {} : { from: midnight(from, 0) }),
    ...(to === '' ? {} : { to: midnight(to, 1) }),
  };
}
