/** Our own lint rules, loaded by oxlint beside its own. */
import { child, type Node, type Rule } from "./ast.ts";
import { layers } from "./layers.ts";
import { noAmbient } from "./no-ambient.ts";

/** `x as unknown as T` silences the compiler: parse, narrow or redesign instead. */
const noDoubleAssertion: Rule = {
  create(context) {
    const check = (node: Node): void => {
      const inner = child(node, "expression");
      if (inner?.type === "TSAsExpression" || inner?.type === "TSTypeAssertion") {
        context.report({
          node,
          message: "A cast over a cast hides a doubt: parse or narrow the value instead.",
        });
      }
    };
    return { TSAsExpression: check, TSTypeAssertion: check };
  },
};

/** Enums and namespaces do not survive type stripping; a union of literals does. */
const noRuntimeTypes: Rule = {
  create(context) {
    return {
      TSEnumDeclaration(node) {
        context.report({ node, message: "No enum: use a union of literals or a const object." });
      },
      TSParameterProperty(node) {
        context.report({ node, message: "No parameter property: declare the field." });
      },
    };
  },
};

/** Whoever switches a rule off says why, on the same line: `// oxlint-disable-next-line rule -- reason`. */
const reasonedDisable: Rule = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (!/^\s*(oxlint|eslint)-disable/.test(comment.value)) continue;
          if (!/\s--\s+\S+\s+\S+/.test(comment.value)) {
            context.report({
              node: comment,
              message: "Say why the rule is off: `-- reason` at the end of the comment.",
            });
          }
        }
      },
    };
  },
};

export default {
  meta: { name: "healthbridge" },
  rules: {
    layers,
    "no-ambient": noAmbient,
    "no-double-assertion": noDoubleAssertion,
    "no-runtime-types": noRuntimeTypes,
    "reasoned-disable": reasonedDisable,
  },
};
