/** Before a part runs, its style sheets must be there. Its scripts are not preloaded: see vite.config.ts. */
const sheets = {};
function sheet(href) {
	if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
	const link = document.createElement('link');
	link.rel = 'stylesheet';
	link.href = href;
	return new Promise((loaded, failed) => {
		link.onload = loaded;
		link.onerror = () => {
			sheets[href] = undefined;
			link.remove();
			failed(Error('No style sheet of a module: ' + href));
		};
		document.head.append(link);
	});
}
export const __vitePreload = async (load, files, importer) => {
	const hrefs = (files ?? []).filter((file) => file.endsWith('.css')).map((file) => new URL(file, importer).href);
	await Promise.all(hrefs.map((href) => (sheets[href] ??= sheet(href))));
	return load();
};
