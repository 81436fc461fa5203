import "./forms.css";
import { Search, X } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { SearchField } from "react-aria-components/SearchField";
import { useTranslation } from "react-i18next";

interface SearchBoxProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: (value: string) => void;
  autoFocus?: boolean;
}

/** A field to find something with. Escape and its cross empty it. */
export function SearchBox({ label, value, onChange, onSubmit, autoFocus }: SearchBoxProps) {
  const { t } = useTranslation();
  return (
    <SearchField
      className="search-box"
      aria-label={label}
      value={value}
      onChange={onChange}
      {...(onSubmit && { onSubmit })}
      {...(autoFocus && { autoFocus })}
    >
      <Search size={18} aria-hidden />
      <Input placeholder={label} />
      {value !== "" && (
        <Button aria-label={t("widgets.empty")}>
          <X size={18} aria-hidden />
        </Button>
      )}
    </SearchField>
  );
}
