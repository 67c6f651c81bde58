import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["build/", "generated/", "node_modules/"] },
  js.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-unused-vars": ["error", { varsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
      "max-len": ["error", { code: 100, ignoreUrls: true }],
      "max-lines": ["error", { max: 400, skipBlankLines: true }],
    },
  },
  { files: ["src/floor/**"], rules: { "no-var": "off" } }, // ES5
  { files: ["test/**", "*.js"], languageOptions: { globals: { ...globals.node } } },
];
