import '@fontsource-variable/noto-sans-sc';
import { mount } from 'svelte';
import '../lib/page.css';
import Desk from './Desk.svelte';

const page = document.getElementById('page');
if (page) mount(Desk, { target: page });
