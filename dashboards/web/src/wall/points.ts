/**
 * Ten thousand cases on the map: one buffer, one draw a severity, the gravest on top. Shapes are
 * drawn by the fragment shader, so that a symbol is never known by its colour alone.
 */
import { MercatorCoordinate } from 'maplibre-gl';
import type { CustomLayerInterface, CustomRenderMethodInput, Map as Chart } from 'maplibre-gl';
import { looks, rgb, severities } from '../lib/severity';
import type { CaseRow } from '../lib/protocol';

const BYTES = 12;
const NOWHERE = 255;
const FIRST_ROOM = 1024;

const VERTEX = `#version 300 es
in vec2 a_place;
in vec4 a_look;
uniform mat4 u_matrix;
uniform float u_size;
uniform float u_shape;
flat out float v_ring;
void main() {
  bool mine = abs(a_look.x - u_shape) < 0.5;
  v_ring = a_look.y;
  gl_Position = mine ? u_matrix * vec4(a_place, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = mine ? u_size * (a_look.y > 0.5 ? 1.25 : 1.0) : 0.0;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
flat in float v_ring;
uniform float u_shape;
uniform float u_size;
uniform vec3 u_fill;
out vec4 colour;
float away(vec2 p) {
  vec2 a = abs(p);
  if (u_shape < 0.5) return max(max(a.x, a.y), (a.x + a.y) * 0.7071) - 0.86;
  if (u_shape < 1.5) return (a.x + a.y) - 0.96;
  if (u_shape < 2.5) return max(p.y - 0.75, 0.878 * a.x - 0.479 * (p.y + 0.9));
  return length(p) - 0.86;
}
void main() {
  float pixel = 2.0 / u_size;
  float d = away(gl_PointCoord * 2.0 - 1.0);
  float inside = 1.0 - smoothstep(-pixel, 0.0, d);
  float core = 1.0 - smoothstep(-2.2 * pixel, -1.2 * pixel, d);
  vec3 edge = v_ring > 0.5 ? vec3(1.0) : vec3(0.067, 0.078, 0.094);
  colour = vec4(mix(edge, u_fill, core) * inside, inside);
}`;

export class Points implements CustomLayerInterface {
  readonly id = 'cases';
  readonly type = 'custom' as const;
  readonly renderingMode = '2d' as const;
  private chart: Chart | null = null;
  private gl: WebGL2RenderingContext | null = null;
  private program: WebGLProgram | null = null;
  private buffer: WebGLBuffer | null = null;
  private array: WebGLVertexArrayObject | null = null;
  private bytes = new ArrayBuffer(FIRST_ROOM * BYTES);
  private view = new DataView(this.bytes);
  private readonly slots = new Map<string, number>();
  private readonly free: number[] = [];
  private used = 0;
  private dirty = true;
  private readonly origin: MercatorCoordinate;

  constructor(
    middle: [number, number],
    private readonly size: number,
  ) {
    // Offsets from the city's middle fit 32-bit floats; the world's coordinates do not.
    this.origin = MercatorCoordinate.fromLngLat(middle);
  }

  /** How many cases stand on the map. */
  get count(): number {
    return this.slots.size;
  }

  /** Places, moves or (`null`) takes away a case. */
  put(id: string, row: CaseRow | null): void {
    if (row === null || row.lat === null || row.lon === null) {
      this.remove(id);
      return;
    }
    const at = (this.slots.get(id) ?? this.take(id)) * BYTES;
    const place = MercatorCoordinate.fromLngLat([row.lon, row.lat]);
    this.view.setFloat32(at, place.x - this.origin.x, true);
    this.view.setFloat32(at + 4, place.y - this.origin.y, true);
    this.view.setUint8(at + 8, looks[row.severity].shape);
    this.view.setUint8(at + 9, row.overdue ? 1 : 0);
    this.dirty = true;
  }

  /** Draws what was put since. */
  flush(): void {
    if (this.dirty) this.chart?.triggerRepaint();
  }

  onAdd(chart: Chart, gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    this.chart = chart;
    this.gl = gl as WebGL2RenderingContext;
    this.program = link(this.gl);
    this.buffer = this.gl.createBuffer();
    this.array = this.gl.createVertexArray();
    this.gl.bindVertexArray(this.array);
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.buffer);
    this.attribute('a_place', 2, this.gl.FLOAT, 0);
    this.attribute('a_look', 4, this.gl.UNSIGNED_BYTE, 8);
    this.gl.bindVertexArray(null);
    this.dirty = true;
  }

  onRemove(): void {
    this.gl?.deleteProgram(this.program);
    this.gl?.deleteBuffer(this.buffer);
    this.gl?.deleteVertexArray(this.array);
    this.chart = null;
  }

  render(_: WebGLRenderingContext | WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const { gl, program } = this;
    if (!gl || !program) return;
    gl.useProgram(program);
    gl.bindVertexArray(this.array);
    if (this.dirty) this.upload(gl);
    const matrix = moved(input.defaultProjectionData.mainMatrix, this.origin);
    gl.uniformMatrix4fv(gl.getUniformLocation(program, 'u_matrix'), false, matrix);
    gl.uniform1f(gl.getUniformLocation(program, 'u_size'), this.size);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    for (const severity of [...severities].reverse()) {
      const [r, g, b] = rgb(severity);
      gl.uniform1f(gl.getUniformLocation(program, 'u_shape'), looks[severity].shape);
      gl.uniform3f(gl.getUniformLocation(program, 'u_fill'), r / 255, g / 255, b / 255);
      gl.drawArrays(gl.POINTS, 0, this.used);
    }
    gl.bindVertexArray(null);
  }

  private attribute(name: string, size: number, type: number, offset: number): void {
    const { gl, program } = this;
    if (!gl || !program) return;
    const at = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, type, false, BYTES, offset);
  }

  private upload(gl: WebGL2RenderingContext): void {
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Uint8Array(this.bytes, 0, this.used * BYTES), gl.DYNAMIC_DRAW);
    this.dirty = false;
  }

  private take(id: string): number {
    const slot = this.free.pop() ?? this.used++;
    if (this.used * BYTES > this.bytes.byteLength) this.grow();
    this.slots.set(id, slot);
    return slot;
  }

  private remove(id: string): void {
    const slot = this.slots.get(id);
    if (slot === undefined) return;
    this.slots.delete(id);
    this.free.push(slot);
    this.view.setUint8(slot * BYTES + 8, NOWHERE);
    this.dirty = true;
  }

  private grow(): void {
    const larger = new ArrayBuffer(this.bytes.byteLength * 2);
    new Uint8Array(larger).set(new Uint8Array(this.bytes));
    this.bytes = larger;
    this.view = new DataView(larger);
  }
}

/** `matrix` after a move by `origin`, in doubles: only the outcome is rounded. */
function moved(matrix: ArrayLike<number>, origin: MercatorCoordinate): Float32Array {
  const out = Float32Array.from(matrix);
  for (let row = 0; row < 4; row += 1) {
    const [x, y, w] = [matrix[row] ?? 0, matrix[row + 4] ?? 0, matrix[row + 12] ?? 0];
    out[row + 12] = x * origin.x + y * origin.y + w;
  }
  return out;
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  const stages = [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const;
  for (const [kind, source] of stages) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error('the graphics context was lost');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`the map's shader: ${gl.getProgramInfoLog(program) ?? ''}`);
  return program;
}
