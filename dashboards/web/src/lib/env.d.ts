/// <reference types="svelte" />
/// <reference types="vite/client" />
declare module '*?worker&url' {
  const url: string;
  export default url;
}
declare module '@fontsource-variable/noto-sans-sc';
