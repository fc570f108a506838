/** What a page reads of the city once. */
export interface County {
  partition: number;
  county: string;
  name: string;
  lat: number | null;
  lon: number | null;
}

export interface City {
  name: string;
  bounds: [number, number, number, number] | null;
  synthetic: boolean;
  partitions: County[];
}

export interface Item {
  code: string;
  name_zh: string;
  name_en: string;
  severity: string;
  owner: string;
  system: string;
}

export interface Catalog {
  items: Item[];
  orgs: { code: string; name: string }[];
}

export type Outlines = GeoJSON.FeatureCollection<
  GeoJSON.Polygon,
  { code: string; name: string; level: 'county' | 'town'; synthetic: boolean }
>;

export class ReadFailed extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

/** Reads a road of the API; a problem's detail becomes the error's words. */
export async function read<T>(road: string, token: string | null): Promise<T> {
  const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`/api/v1/${road}`, { headers });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new ReadFailed(answer.status, problem.detail ?? answer.statusText);
  }
  return (await answer.json()) as T;
}
