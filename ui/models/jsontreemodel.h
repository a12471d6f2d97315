// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QJsonValue>

#include <memory>
#include <string>

namespace bartizan {

/// A JSON text taken apart, or why it could not be.
struct ParsedJson {
    QJsonValue value;
    QString error; ///< Empty when it could.
};

/// Takes a JSON text apart. Thread: any; ten megabytes take a good tenth of a second, so not the GUI's for those.
ParsedJson parseJson(const std::string &text);

/// A JSON value as a tree of keys and values. Nodes are made when a view asks for them, a batch at a time, so that a
/// list of a million entries opens like a list of ten. Thread: GUI.
class JsonTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { KeyColumn, ValueColumn, ColumnCount };
    /// How many children are made at once.
    static constexpr int kBatch = 200;

    explicit JsonTreeModel(QObject *parent = nullptr);
    ~JsonTreeModel() override;

    /// Shows the members of an object or the entries of an array; anything else as one row.
    void setValue(const QJsonValue &value);
    /// The value at an index as compact JSON text, whole: what is copied.
    QString jsonAt(const QModelIndex &index) const;
    /// The value at an index as a person would copy it: a string without quotes, anything else as JSON.
    QString textAt(const QModelIndex &index) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Node;
    Node *nodeOf(const QModelIndex &index) const;

    std::unique_ptr<Node> m_root;
    bool m_fetching = false;
};

} // namespace bartizan
