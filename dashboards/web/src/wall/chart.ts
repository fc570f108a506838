/** The city's map: outlines we drew, names in the font we ship, cases on top. */
import { Map as Chart, prewarm, setWorkerUrl } from 'maplibre-gl';
import type { StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl';
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

export async function city_map(
  container: HTMLElement,
  city: City,
  outlines: Outlines,
  scale: number,
): Promise<CityMap> {
  const [west, south, east, north] = city.bounds ?? [-180, -60, 180, 75];
  const chart = new Chart({
    container,
    style: style(city, outlines),
    bounds: [west, south, east, north],
    fitBoundsOptions: { padding: 24 },
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: 1,
    maxCanvasSize: [8192, 8192],
    canvasContextAttributes: { antialias: false },
  });
  const points = new Points([(west + east) / 2, (south + north) / 2], Math.max(16, 32 * scale));
  // The ground is drawn while the font comes.
  await Promise.all([chart.once('load'), font(city)]);
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

function style(city: City, outlines: Outlines): StyleSpecification {
  const county = ['==', ['get', 'level'], 'county'];
  const town = ['==', ['get', 'level'], 'town'];
  return {
    version: 8,
    sources: {
      outlines: { type: 'geojson', data: outlines },
      middles: { type: 'geojson', data: middles(city) },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#12161B' } },
      {
        id: 'counties',
        type: 'fill',
        source: 'outlines',
        filter: county,
        paint: { 'fill-color': '#1B2129' },
      },
      {
        id: 'towns',
        type: 'line',
        source: 'outlines',
        filter: town,
        paint: { 'line-color': '#242D36', 'line-width': 1 },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'outlines',
        filter: county,
        paint: { 'line-color': '#4A5866', 'line-width': 1.5 },
      },
    ],
  } as StyleSpecification;
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
