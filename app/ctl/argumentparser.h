// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bartizan::ctl {

struct Invocation;

/// The options and operands of one subcommand: declares them, reads them, and writes the command's --help from the
/// same declarations. Whatever cannot be used is reported on standard error, naming the option, and ends in kUnusable.
/// Thread: main.
class ArgumentParser {
public:
    /// `operands` as shown in the usage line ("FILE…"; empty: none are taken), `description` one paragraph or more, already translated.
    ArgumentParser(const Invocation &invocation, const QString &operands, const QString &description);

    /// An option with a value, shown as `--name value`. A one-letter name is shown as -o.
    void addOption(const QString &name, const QString &value, const QString &help);
    /// An option without a value.
    void addFlag(const QString &name, const QString &help);
    void addJson();
    /// --from and --to.
    void addRange(const QString &defaultRange);

    /// Reads the arguments. A status means: end with it now (help was shown, or the arguments are unusable).
    std::optional<int> parse();
    /// Reports `message` with a hint at --help.
    int unusable(const QString &message) const;

    bool isSet(const QString &name) const { return m_values.contains(name); }
    QString value(const QString &name) const { return m_values.value(name); }
    const QStringList &operands() const { return m_operands; }
    /// The database: --db of the command, else what the invocation says.
    QString database() const;

    // The readers below answer nullopt in `out` for an option that is not given. They return false, after a message that
    // names the option, for a value that cannot be read.
    bool readTime(const QString &name, std::optional<TimestampMs> &out) const;
    bool readText(const QString &name, std::optional<std::string> &out) const;
    /// A whole number of at least `minimum`.
    bool readNumber(const QString &name, std::int64_t minimum, std::optional<std::int64_t> &out) const;
    /// --from and --to over `range`, which holds the default; an empty range is refused.
    bool readRange(TimeRange &range) const;

    /// One of the names of an enumeration, in any case.
    template<typename E>
    bool readEnum(const QString &name, std::optional<E> &out) const
    {
        if (!isSet(name))
            return true;
        out = fromString<E>(value(name).toUpper().toStdString());
        return out || notAnyOf(name, enumNames<E>());
    }
    /// One of `words`, exactly; false after a message.
    bool isAnyOf(const QString &name, std::span<const std::string_view> words) const;

private:
    struct Option {
        QString name;
        QString value; ///< Empty for a flag.
        QString help;
    };

    QString helpText() const;
    bool notAnyOf(const QString &name, std::span<const std::string_view> words) const;

    const Invocation &m_invocation;
    QString m_usage;
    QString m_description;
    std::vector<Option> m_options;
    QHash<QString, QString> m_values;
    QStringList m_operands;
};

/// "--from", "-o": an option as it is typed.
QString dashed(const QString &name);

} // namespace bartizan::ctl
