import { mount } from 'svelte';
import '../lib/page.css';
import Unit from './Unit.svelte';

const page = document.getElementById('page');
if (page) mount(Unit, { target: page });
