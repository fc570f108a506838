import '@fontsource-variable/noto-sans-sc';
import { mount } from 'svelte';
import '../lib/page.css';
import Wall from './Wall.svelte';

const page = document.getElementById('page');
if (page) mount(Wall, { target: page });
