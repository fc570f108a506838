import { describe, expect, it } from 'vitest';
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

describe('the two languages', () => {
  it('have no Chinese left in the English words', () => {
    const { language, ...rest } = en;
    expect(language).toBe('中文');
    expect(JSON.stringify({ ...rest, keys: { ...rest.keys, language: '' } })).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('name every feature and every step alike', () => {
    expect(Object.keys(en.feature)).toEqual(Object.keys(zh.feature));
    expect(Object.keys(en.happened)).toEqual(Object.keys(zh.happened));
  });
});
