/** The page's language: `?lang=en` or the one chosen last, Chinese by default. */
import { en } from './en';
import { zh, type Text } from './zh';

export type Language = 'zh' | 'en';
export type { Text } from './zh';

const KEPT = 'liandong.language';

export function language(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT);
  return asked === 'en' ? 'en' : 'zh';
}

export function keep(language: Language): void {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
}

export function text(language: Language): Text {
  return language === 'en' ? en : zh;
}
