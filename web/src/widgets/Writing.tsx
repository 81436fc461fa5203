import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextArea } from "react-aria-components/TextArea";
import { TextField, type TextFieldProps } from "react-aria-components/TextField";

interface WritingProps extends TextFieldProps {
  label: string;
  hint?: string;
  rows?: number;
}

/** Some sentences to write, with their name and a hint. */
export function Writing({ label, hint, rows = 4, ...rest }: WritingProps) {
  return (
    <TextField className="field" {...rest}>
      <Label>{label}</Label>
      <TextArea rows={rows} />
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
    </TextField>
  );
}
