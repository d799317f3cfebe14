// What axe finds: a list of sentences. The body of a function: rules (or null for all of WCAG 2.2 AA and best practice), done.
const [rules, done] = arguments;
const options = rules
  ? { runOnly: { type: 'rule', values: rules } }
  : {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
      rules: { 'label-content-name-mismatch': { enabled: true } },
    };
options.resultTypes = ['violations'];
axe.run(document, options).then(
  found => done(found.violations.flatMap(rule => rule.nodes.slice(0, 5).map(node =>
    `${rule.id} (${rule.impact}): ${node.target.join(' ')}: ${node.failureSummary.split('\n').slice(1).join(';').replace(/\s+/g, ' ').trim()}`))),
  error => done([`axe itself failed: ${error}`]),
);
