/** The city's map: outlines we drew, names in the font we ship, cases on top. */
import { Map as Chart, prewarm, setWorkerUrl } from 'maplibre-gl';
import type { FilterSpecification, StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl';
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { CaseRow, City, Outlines } from '../lib/protocol';
import { Points } from './points';

setWorkerUrl(worker);
// The worker starts while the page makes its graphics context.
prewarm();

const FONT = 'Noto Sans SC Variable';
/** A context that does not come back by then does not come back. */
const LOST_MS = 5_000;
/** The map is drawn at most so often: pages share two cores with a software renderer at worst. */
const DRAW_MS = 100;

export interface CityMap {
  put(id: string, row: CaseRow | null): void;
  /** How many cases stand on it. */
  count(): number;
  /** The renderer's name, where a program and not a graphics card draws. */
  software: string | null;
  remove(): void;
}

/** Makes the map: its graphics context while the places are still read, for that takes as long. */
export async function city_map(
  container: HTMLElement,
  places: Promise<[City, Outlines]>,
  scale: number,
): Promise<CityMap> {
  const chart = new Chart({
    container,
    style: GROUND,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: 1,
    maxCanvasSize: [8192, 8192],
    canvasContextAttributes: { antialias: false },
  });
  const styled = chart.once('style.load');
  const [city, outlines] = await places;
  const [west, south, east, north] = city.bounds ?? [-180, -60, 180, 75];
  chart.fitBounds([west, south, east, north], { padding: 24, animate: false });
  await styled;
  draw(chart, city, outlines);
  const points = new Points([(west + east) / 2, (south + north) / 2], Math.max(16, 32 * scale));
  // The ground is drawn while the font comes.
  await Promise.all([chart.once('idle'), font(city)]);
  chart.addLayer(names(scale));
  chart.addLayer(points);
  keep(chart, points);
  const drawing = window.setInterval(() => points.flush(), DRAW_MS);
  return {
    put: (id, row) => points.put(id, row),
    count: () => points.count,
    software: software(chart),
    remove: () => {
      clearInterval(drawing);
      chart.remove();
    },
  };
}

/** Each range of the font that the counties' names need, before the map asks for it. */
async function font(city: City): Promise<void> {
  const letters = city.partitions.map(({ name }) => name).join('');
  await document.fonts.load(`24px "${FONT}"`, letters);
}

function names(scale: number): SymbolLayerSpecification {
  return {
    id: 'names',
    type: 'symbol',
    source: 'middles',
    layout: {
      'text-field': ['get', 'name'],
      'text-font': [FONT],
      'text-size': Math.max(15, 36 * scale),
      'text-max-width': 20,
    },
    paint: { 'text-color': '#AAB6C2', 'text-halo-color': '#12161B', 'text-halo-width': 2 },
  };
}

/** A lost context takes custom layers with it: put ours back, or begin anew. */
function keep(chart: Chart, points: Points): void {
  let waiting = 0;
  chart.on('webglcontextlost', () => {
    waiting = window.setTimeout(() => location.reload(), LOST_MS);
  });
  chart.on('webglcontextrestored', () => {
    clearTimeout(waiting);
    if (!chart.getLayer(points.id)) chart.addLayer(points);
  });
}

function software(chart: Chart): string | null {
  const gl = chart.getCanvas().getContext('webgl2');
  const about = gl?.getExtension('WEBGL_debug_renderer_info');
  const name = about ? String(gl?.getParameter(about.UNMASKED_RENDERER_WEBGL)) : '';
  return /swiftshader|llvmpipe|software/i.test(name) ? name : null;
}

/** What is there before the city is. */
const GROUND: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#12161B' } }],
};

function draw(chart: Chart, city: City, outlines: Outlines): void {
  chart.addSource('outlines', { type: 'geojson', data: outlines as GeoJSON.FeatureCollection });
  chart.addSource('middles', { type: 'geojson', data: middles(city) });
  const source = 'outlines';
  const of = (level: string): FilterSpecification => ['==', ['get', 'level'], level];
  const line = (color: string, width: number) => ({ 'line-color': color, 'line-width': width });
  const fill = { 'fill-color': '#1B2129' };
  const [county, town] = [of('county'), of('town')];
  chart.addLayer({ id: 'counties', type: 'fill', source, filter: county, paint: fill });
  chart.addLayer({ id: 'towns', type: 'line', source, filter: town, paint: line('#242D36', 1) });
  chart.addLayer({ id: 'borders', type: 'line', source, filter: county, paint: line('#4A5866', 1.5) });
}

/** Where each county's name stands: once, in its middle. */
function middles(city: City): GeoJSON.FeatureCollection<GeoJSON.Point> {
  const features = city.partitions.flatMap(({ name, lat, lon }) =>
    lat === null || lon === null
      ? []
      : [
          {
            type: 'Feature' as const,
            properties: { name },
            geometry: { type: 'Point' as const, coordinates: [lon, lat] },
          },
        ],
  );
  return { type: 'FeatureCollection', features };
}
