import { describe, expect, it } from 'vitest';
import told from '../../../../docs/schemas/socket-told.json';
import http from '../../../../docs/schemas/http.json';
import { stages, is_ended } from './summary';
import type { CaseState } from './protocol';
import { INK, looks, severities } from './severity';
import { en } from './text/en';
import { zh } from './text/zh';

function luminance(hex: string): number {
  const part = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours', () => {
  it('let ink be read on every fill, and every fill be told from the ground', () => {
    for (const severity of severities) {
      expect(contrast(looks[severity].fill, INK)).toBeGreaterThan(4.5);
      expect(contrast(looks[severity].fill, '#12161B')).toBeGreaterThan(3);
    }
  });

  it('let text be read on ground and panel', () => {
    for (const words of ['#E6EDF3', '#AAB6C2', '#8B98A5', '#FFD84A', '#9FD0FF', '#B58CFF'])
      for (const ground of ['#12161B', '#1B2129']) expect(contrast(words, ground)).toBeGreaterThan(4.5);
  });

  it('are never the only difference', () => {
    expect(new Set(severities.map((one) => looks[one].shape)).size).toBe(4);
    expect(new Set(severities.map((one) => looks[one].sign)).size).toBe(4);
  });
});

interface Schema {
  enum?: string[];
  const?: string;
  properties?: object;
  oneOf?: Schema[];
}

/** The words an enum of the server's is written with. */
function words_of(type: Schema): string[] {
  if (type.enum) return type.enum;
  if (type.const !== undefined) return [type.const];
  return type.oneOf?.flatMap(words_of) ?? Object.keys(type.properties ?? {});
}

const named = { ...told.$defs, ...http.$defs };

describe('the two languages', () => {
  it('have no Chinese left in the English words', () => {
    const { language, ...rest } = en;
    expect(language).toBe('中文');
    expect(JSON.stringify({ ...rest, keys: { ...rest.keys, language: '' } })).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('have words for every state, role, refusal, reason, verb and step that the server knows', () => {
    const words = (type: keyof typeof named) => words_of(named[type] as Schema).sort();
    expect(Object.keys(zh.state).sort()).toEqual(words('CaseState'));
    expect(Object.keys(zh.role).sort()).toEqual(words('Role'));
    expect(Object.keys(zh.refusal).sort()).toEqual(words('Refusal'));
    expect(Object.keys(zh.reason_code).sort()).toEqual(words('ReasonCode'));
    expect(Object.keys(zh.verb).sort()).toEqual(words('Verb'));
    expect(Object.keys(zh.happened).sort()).toEqual(words('Happened'));
  });

  it('draw each state that is not an end', () => {
    const open = words_of(named.CaseState as Schema).filter((state) => !is_ended(state as CaseState));
    expect([...stages].sort()).toEqual(open.sort());
  });

  it('name every feature and every step alike', () => {
    expect(Object.keys(en.feature)).toEqual(Object.keys(zh.feature));
    expect(Object.keys(en.happened)).toEqual(Object.keys(zh.happened));
  });
});
