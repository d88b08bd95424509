import type { DependencyDescription, ServiceDescription } from './service-graph.js';

/** How a node of each lifetime is drawn: a box, a round one, a stadium. */
const shapes: Readonly<Record<ServiceDescription['lifetime'], readonly [string, string]>> = {
  singleton: ['[', ']'],
  scoped: ['(', ')'],
  transient: ['([', '])'],
};

/**
 * The graph as the text of a Mermaid flow chart: a box for a singleton, rounded for scoped, round ends for transient; a dotted arrow for an optional
 * dependency, a thick one for a list, red for what is missing.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function toMermaid(services: readonly ServiceDescription[]): string {
  const lines = ['flowchart LR'];
  const missing = new Map<string, string>();
  for (const service of services) {
    const { id, implementation, lifetime, kind } = service;
    const [open, close] = shapes[lifetime];
    const name = nameOf(service);
    const detail = kind === 'type' && implementation === name ? lifetime : `${implementation}, ${kind === 'type' ? lifetime : kind}`;
    lines.push(`  s${id}${open}"${escaped(name)}<br><small>${escaped(detail)}</small>"${close}`);
  }
  for (const { id, dependencies } of services)
    for (const dependency of dependencies) {
      for (const target of dependency.targets) lines.push(`  s${id} ${arrowOf(dependency)} s${target}`);
      if (!dependency.isMissing) continue;
      const name = nameOf(dependency);
      if (!missing.has(name)) missing.set(name, `m${missing.size}`);
      lines.push(`  s${id} ${arrowOf(dependency)} ${missing.get(name)}`);
    }
  for (const [name, node] of missing) lines.push(`  ${node}{{"${escaped(name)}<br><small>missing</small>"}}:::missing`);
  if (missing.size > 0) lines.push('  classDef missing stroke:#d33,stroke-width:2px,stroke-dasharray:4');
  return `${lines.join('\n')}\n`;
}

function nameOf({ service, serviceKey }: { readonly service: string; readonly serviceKey?: string }): string {
  return serviceKey === undefined ? service : `${service} @ ${serviceKey}`;
}

function arrowOf({ isOptional, isMultiple }: DependencyDescription): string {
  return isMultiple ? '==>' : isOptional ? '-.->' : '-->';
}

/** Mermaid knows the entities of HTML by number, after a `#`. */
function escaped(text: string): string {
  return text.replace(/[#"<>&`;]/g, character => `#${character.charCodeAt(0)};`);
}
