import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextField, type TextFieldProps } from "react-aria-components/TextField";

interface FieldProps extends TextFieldProps {
  label: string;
  hint?: string;
  /** What is wrong with it, in words that say what to do. */
  wrong?: string | null;
  /** It is a name or a key and no sentence: a phone's keyboard leaves it as it is typed. */
  verbatim?: boolean;
}

const VERBATIM = { autoCapitalize: "none", autoCorrect: "off", spellCheck: "false" } as const;

/** One thing to type, with its name, a hint, and what is wrong with it. */
export function Field({ label, hint, wrong, verbatim = false, ...rest }: FieldProps) {
  return (
    <TextField
      className="field"
      isInvalid={Boolean(wrong)}
      // What is said to be wrong does not keep a form from being sent again: a server may think otherwise now.
      validationBehavior={wrong ? "aria" : "native"}
      {...rest}
    >
      <Label>{label}</Label>
      <Input {...(verbatim && VERBATIM)} />
      {wrong ? (
        <Text slot="description" className="wrong" role="alert">
          {wrong}
        </Text>
      ) : (
        hint && (
          <Text slot="description" className="hint">
            {hint}
          </Text>
        )
      )}
    </TextField>
  );
}
