/** What a page reads over HTTP, each road with its own answer. */
import type { Roads } from './protocol';

export class ReadFailed extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

/** What stands in a road's braces, and behind its question mark. */
type Named<Road> = Road extends `${string}{${infer Name}}${string}`
  ? [Record<Name, string>, Record<string, string>?]
  : Road extends '/api/v1/search'
    ? [Record<string, never>, Record<string, string>]
    : [];

/** Reads a road of the API; a problem's detail becomes the error's words. */
export async function get<Road extends keyof Roads>(
  road: Road,
  token: string | null,
  ...[named, asked]: Named<Road>
): Promise<Roads[Road]> {
  const names: Record<string, string> = named ?? {};
  const said = new URLSearchParams(asked).toString();
  const path = road.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '');
  const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(said === '' ? path : `${path}?${said}`, { headers });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new ReadFailed(answer.status, problem.detail ?? answer.statusText);
  }
  return (await answer.json()) as Roads[Road];
}
