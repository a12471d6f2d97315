// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/import.h"
#include "core/storage/openstore.h"

#include <QFile>
#include <QTemporaryDir>

#include <memory>
#include <vector>

/// A fresh database and files beside it.
class ImportBench {
public:
    ImportBench()
    {
        bartizan::StoreOptions options;
        options.mode = bartizan::StoreOptions::Mode::Create;
        auto opened = bartizan::openStore(m_folder.filePath(QStringLiteral("audit.db")), options);
        if (opened)
            m_store = std::move(*opened);
        m_options.now = bartizan::parseIso("2026-11-20T12:00:00Z").value();
    }

    bartizan::Store &store() { return *m_store; }
    bartizan::ImportOptions &options() { return m_options; }
    QString path(const QString &name) const { return m_folder.filePath(name); }

    QString write(const QByteArray &content, const QString &name = QStringLiteral("log"))
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            return {};
        return file.fileName();
    }
    bartizan::Result<bartizan::ImportReport> importPath(const QString &file)
    {
        m_examples.clear();
        bartizan::ImportObserver observer = m_observer;
        observer.quarantined = [this](const bartizan::QuarantinedLine &line) { m_examples.push_back(line); };
        return bartizan::importFile(file, m_options, *m_store, observer);
    }
    bartizan::Result<bartizan::ImportReport> importText(const QByteArray &content,
                                                        const QString &name = QStringLiteral("log"))
    {
        return importPath(write(content, name));
    }
    /// All rows, oldest first.
    std::vector<bartizan::AuditEvent> rows()
    {
        bartizan::EventQuery query;
        query.oldestFirst = true;
        query.limit = 1'000'000;
        auto found = m_store->events(query);
        return found ? std::move(*found) : std::vector<bartizan::AuditEvent>();
    }
    bartizan::ImportObserver &observer() { return m_observer; }
    const std::vector<bartizan::QuarantinedLine> &quarantined() const { return m_examples; }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<bartizan::Store> m_store;
    bartizan::ImportOptions m_options;
    bartizan::ImportObserver m_observer;
    std::vector<bartizan::QuarantinedLine> m_examples;
};
