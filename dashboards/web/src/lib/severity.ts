/** 红橙黄蓝: colour, character and shape; one table for maps, lists and legends. */
import type { Card, Severity } from './protocol';

export const severities: readonly Severity[] = ['red', 'orange', 'yellow', 'blue'];

interface Look {
  fill: string;
  sign: string;
  /** An SVG path in a box of 16, the same outline as on the map. */
  path: string;
  /** The outline's number in the map's shader. */
  shape: number;
}

export const looks: Readonly<Record<Severity, Look>> = {
  red: { fill: '#F2303C', sign: '红', shape: 0, path: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z' },
  orange: { fill: '#F58220', sign: '橙', shape: 1, path: 'M8 0l8 8-8 8-8-8z' },
  yellow: { fill: '#FFD84A', sign: '黄', shape: 2, path: 'M8 1l8 14H0z' },
  blue: { fill: '#4C9BFF', sign: '蓝', shape: 3, path: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z' },
};

/** Text on any of the fills: white fails on all four. */
export const INK = '#111418';

/** 0 for the gravest. */
export function gravity(severity: Severity): number {
  return severities.indexOf(severity);
}

/** A fill as red, green, blue from 0 to 255. */
export function rgb(severity: Severity): [number, number, number] {
  const hex = looks[severity].fill;
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

/** 督办: plain is a frame, yellow a card, red a card that is barred. */
export const card_looks: Readonly<Record<Card, Pick<Look, 'fill' | 'path'>>> = {
  plain: { fill: '#AAB6C2', path: 'M3 1h10v14H3zM5 3v10h6V3z' },
  yellow: { fill: '#FFD84A', path: 'M3 1h10v14H3z' },
  red: { fill: '#F2303C', path: 'M3 1h10v14H3zM4 7v2h8V7z' },
};
